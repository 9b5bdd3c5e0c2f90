import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { LoadMeter, parseGpus } from './machine-load.ts'

it('measures shares and bytes', async () => {
  const meter = new LoadMeter()
  const end = Date.now() + 100
  while (Date.now() < end);
  const load = await meter.measure()
  expect(load.cpu).toBeGreaterThan(0)
  expect(load.cpu).toBeLessThanOrEqual(1)
  expect(load.memoryUsed).toBeGreaterThan(0)
  expect(load.memoryUsed).toBeLessThan(load.memoryTotal)
})

it('reads the lines of the GPU tool', () => {
  expect(parseGpus('NVIDIA H200, 37, 1024, 143771\nTesla, the older, [N/A], 0, 16384\n')).toEqual([
    { name: 'NVIDIA H200', utilisation: 0.37, memoryUsed: 1024 ** 3, memoryTotal: 143771 * 1024 ** 2 },
    { name: 'Tesla, the older', utilisation: 0, memoryUsed: 0, memoryTotal: 16 * 1024 ** 3 },
  ])
  expect(parseGpus('')).toEqual([])
})

it('harms nobody where there is no GPU tool and Node tells so late', async () => {
  // In Electron what waits for the next tick may wait until a timer has fired; here it always does.
  const script = `
    import { LoadMeter } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'machine-load.ts')).href)}
    const { nextTick } = process
    process.once('SIGTERM', () => process.exit(1))
    process.nextTick = (...args) => setTimeout(nextTick, 2000, ...args)
    const measured = new LoadMeter().measure()
    process.nextTick = nextTick
    console.log((await measured).gpus.length)`
  // A group of its own, for that is what a kill of process 0 ends.
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    env: { ...process.env, PATH: '/nowhere' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  expect(await once(child, 'close')).toEqual([0, null])
  expect(printed).toBe('0\n')
})

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

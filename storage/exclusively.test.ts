import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exclusively } from './exclusively.mjs'

const module = JSON.stringify(join(import.meta.dirname, 'exclusively.mjs'))

/** Another process that takes the lock and keeps it until it is killed. */
async function holder(name: string) {
  const code = `import { exclusively } from ${module}; await exclusively('${name}', () => new Promise(() => { console.log('held'); setInterval(() => {}, 1e6) }))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return child
}

describe('exclusively', () => {
  it('lets one in at a time, and passes on results and errors', async () => {
    const log: string[] = []
    const work = (name: string) => async () => {
      log.push(`${name} starts`)
      await new Promise((resolve) => setTimeout(resolve, 20))
      log.push(`${name} ends`)
      if (name === 'a') throw new Error('a failed')
      return name
    }
    const results = await Promise.allSettled([exclusively('test one', work('a')), exclusively('test one', work('b'))])
    expect(results).toMatchObject([
      { status: 'rejected', reason: { message: 'a failed' } },
      { status: 'fulfilled', value: 'b' },
    ])
    expect(log).toEqual(['a starts', 'a ends', 'b starts', 'b ends'])
  })

  it('does not mind work of another name', async () => {
    expect(await exclusively('test outer', () => exclusively('test inner', () => Promise.resolve(1)))).toBe(1)
  })

  it('waits for another process, also for one that is killed', async () => {
    const child = await holder('test two')
    let waited = false
    let ended = false
    const mine = exclusively(
      'test two',
      () => Promise.resolve(ended),
      () => {
        waited = true
        child.once('exit', () => (ended = true)).kill('SIGKILL')
      },
    )
    expect(await mine).toBe(true)
    expect(waited).toBe(true)
  })
})

import { spawn } from 'node:child_process'
import { cpSync, existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../tests/fixtures/temporary-folder.ts'
import { takeLock, timeOf } from './lock-file.ts'

const open = () => join(temporaryFolder(), 'lock.json')
/** Unix seconds. */
const LONG_AGO = 1e9
const stale = { pid: 2 ** 22 + 1, host: hostname(), at: Date.now() / 1000 }

describe('a lock', () => {
  it('is held by one, who gives it free', () => {
    const file = open()
    const first = takeLock(file)
    expect(takeLock(file)).toMatchObject({ holder: { pid: process.pid, host: hostname() } })
    if ('release' in first) first.release()
    expect(existsSync(file)).toBe(false)
    expect(takeLock(file)).toHaveProperty('release')
  })

  it('of another machine is believed as long as something is heard of it', () => {
    const file = open()
    writeFileSync(file, JSON.stringify({ ...stale, host: 'elsewhere', at: LONG_AGO }))
    expect(takeLock(file)).toMatchObject({ holder: { host: 'elsewhere' } })
    utimesSync(file, LONG_AGO, LONG_AGO)
    expect(takeLock(file)).toHaveProperty('release')
  })

  it('of a machine whose clock is years ahead holds nothing for years', () => {
    const file = open()
    writeFileSync(file, JSON.stringify({ ...stale, host: 'elsewhere', at: Date.now() / 1000 + 1e8 }))
    utimesSync(file, LONG_AGO, LONG_AGO)
    expect(takeLock(file)).toHaveProperty('release')
  })

  it('that was copied with its folder is not held by a process of the other folder once it is old', () => {
    const file = open()
    takeLock(file)
    const copy = join(temporaryFolder(), 'lock.json')
    cpSync(file, copy)
    expect(takeLock(copy)).toMatchObject({ holder: { pid: process.pid } })
    const { at: _, ...holder } = JSON.parse(readFileSync(copy, 'utf8')) as { at: number }
    for (const one of [file, copy]) {
      writeFileSync(one, JSON.stringify({ ...holder, at: Date.now() / 1000 - 3600 }))
      utimesSync(one, LONG_AGO, LONG_AGO)
    }
    expect(takeLock(copy)).toHaveProperty('release')
    expect(takeLock(file), 'that of the folder itself').toMatchObject({ holder: { pid: process.pid } })
  })

  it('is renewed by who has it, and by nobody else', () => {
    const file = open()
    const first = takeLock(file)
    utimesSync(file, LONG_AGO, LONG_AGO)
    expect('renew' in first && first.renew()).toBe(true)
    expect(timeOf(file)).toBeGreaterThan(LONG_AGO)
    writeFileSync(file, JSON.stringify(stale))
    expect('renew' in first && first.renew()).toBe(false)
  })

  it('that was taken over is not given free by who had it before', () => {
    const file = open()
    const first = takeLock(file)
    writeFileSync(file, JSON.stringify(stale))
    const second = takeLock(file)
    expect(second).toHaveProperty('release')
    if ('release' in first) first.release()
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid })
  })

  it('that is stale goes to one of several processes that want it at once', async () => {
    const file = open()
    writeFileSync(file, JSON.stringify(stale))
    const script = `import { takeLock } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'lock-file.ts')).href)}
      process.stdout.write('release' in takeLock(${JSON.stringify(file)}) ? 'mine' : 'held'); process.stdin.resume()`
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]),
    )
    const answers = await Promise.all(
      children.map(
        (child) =>
          new Promise<string>((resolve) => child.stdout.once('data', (data: Buffer) => resolve(data.toString()))),
      ),
    )
    children.forEach((child) => child.kill())
    expect(answers.filter((answer) => answer === 'mine')).toHaveLength(1)
  })
})

import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { StorageError } from '../shared/errors.ts'
import { temporaryFolder } from '../tests/fixtures/temporary-folder.ts'
import { DamagedFileError, SharedJson } from './shared-json.ts'

const schema = z.record(z.string(), z.number())
const open = (path = join(temporaryFolder(), 'deep/numbers.json')) =>
  new SharedJson({ path, schema, none: {}, afterwards: 'count again' })

const url = (name: string) => pathToFileURL(join(import.meta.dirname, name)).href

/** A process that makes fifty changes. */
function changer(path: string, own: string): Promise<number | null> {
  const script = `import { SharedJson } from ${JSON.stringify(url('shared-json.ts'))}
    import { z } from 'zod'
    const file = new SharedJson({ path: ${JSON.stringify(path)}, schema: z.record(z.string(), z.number()), none: {}, afterwards: '' })
    for (let i = 0; i < 50; i++) await file.change((all) => ({ ...all, [${JSON.stringify(own)} + i]: i }))`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { stdio: 'inherit' })
  return new Promise((resolve) => child.once('exit', resolve))
}

describe('a file that several change', () => {
  it('loses nothing of what processes change at once', { timeout: 60_000 }, async () => {
    const file = open()
    expect(await Promise.all(['a', 'b', 'c'].map((own) => changer(file.path, own)))).toEqual([0, 0, 0])
    expect(Object.keys(file.read())).toHaveLength(150)
    expect(existsSync(`${file.path}.lock`)).toBe(false)
  })

  it('nor of what one process changes at once', async () => {
    const file = open()
    await Promise.all(Array.from({ length: 30 }, (_, i) => file.change((all) => ({ ...all, [`n${i}`]: i }))))
    expect(Object.keys(file.read())).toHaveLength(30)
  })

  it('stays as it was where a change fails, and is free for the next', async () => {
    const file = open()
    await file.change(() => ({ a: 1 }))
    const failed = file.change(() => {
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    expect(file.read()).toEqual({ a: 1 })
    await file.change((all) => ({ ...all, b: 2 }))
    expect(file.read()).toEqual({ a: 1, b: 2 })
  })

  it.each([
    ['{"a": 1', DamagedFileError, /is damaged .*; mend it, or delete it and count again\.$/],
    ['{"a": "1"}', DamagedFileError, /is damaged/],
    ['{"format": 2}', StorageError, /was written by a newer Anneal/],
  ])('is neither read nor changed where it holds %s', async (content, error, message) => {
    const file = open(join(temporaryFolder(), 'numbers.json'))
    writeFileSync(file.path, content)
    expect(() => file.read()).toThrow(error)
    await expect(file.change(() => ({ b: 2 }))).rejects.toThrow(message)
    expect(readFileSync(file.path, 'utf8')).toBe(content)
  })

  it(
    'is taken over from a machine that holds it for seconds; a process here is waited for',
    { timeout: 30_000 },
    async () => {
      const file = open(join(temporaryFolder(), 'numbers.json'))
      const holder = { pid: process.pid, host: 'elsewhere', at: Date.now() / 1000 }
      writeFileSync(`${file.path}.lock`, JSON.stringify(holder))
      await file.change(() => ({ a: 1 }))
      expect(file.read()).toEqual({ a: 1 })
      writeFileSync(`${file.path}.lock`, JSON.stringify({ ...holder, host: hostname() }))
      await expect(file.change(() => ({}))).rejects.toThrow(
        `${file.path} is being changed by another Anneal (process ${process.pid} on ${hostname()}, until that ends); try again.`,
      )
      expect(file.read()).toEqual({ a: 1 })
    },
  )
})

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeFileWhole } from './write-file.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'anneal-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('writeFileWhole', () => {
  it('replaces a file and leaves nothing beside it', () => {
    const file = join(folder, 'run.json')
    writeFileWhole(file, 'one')
    writeFileWhole(file, Buffer.from('two'))
    expect(readFileSync(file, 'utf8')).toBe('two')
    expect(readdirSync(folder)).toEqual(['run.json'])
  })

  it('leaves the old content, and nothing beside it, when the new one cannot be written', () => {
    const file = join(folder, 'run.json')
    mkdirSync(file)
    expect(() => writeFileWhole(file, 'two')).toThrow()
    expect(readdirSync(folder)).toEqual(['run.json'])
    expect(() => writeFileWhole(join(folder, 'none', 'run.json'), 'two')).toThrow()
  })

  it('never leaves a part of a content under the name: a limit of the file size stands for a full disk', () => {
    const file = join(folder, 'run.json')
    writeFileSync(file, 'old')
    // A write at the limit falls short first, and only the next one fails.
    const script = `
      import { writeFileWhole } from ${JSON.stringify(new URL('./write-file.ts', import.meta.url).href)}
      try { writeFileWhole(${JSON.stringify(file)}, 'x'.repeat(100_000)); console.log('written') } catch (error) { console.log(error.code) }`
    const entry = join(folder, 'write.mts')
    writeFileSync(entry, script)
    const tsx = new URL('../node_modules/tsx/dist/loader.mjs', import.meta.url).href
    const command = `ulimit -f 8; trap '' XFSZ; exec "${process.execPath}" --import "${tsx}" "${entry}"`
    const printed = execFileSync('bash', ['-c', command], {
      encoding: 'utf8',
      env: { ...process.env, TSX_DISABLE_CACHE: '1' },
    })
    expect(printed.trim()).toBe('EFBIG')
    expect(readFileSync(file, 'utf8')).toBe('old')
    expect(readdirSync(folder).sort()).toEqual(['run.json', 'write.mts'])
  })
})

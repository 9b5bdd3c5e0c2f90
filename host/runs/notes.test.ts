import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { annotate, readNotes } from './notes.ts'

describe('notes on a run', () => {
  it('change in the parts that are given, whoever changes them at once', async () => {
    const folder = temporaryFolder()
    await Promise.all([
      annotate(folder, { name: 'first' }),
      annotate(folder, { tags: ['a'] }),
      annotate(folder, { notes: 'x' }),
    ])
    await annotate(folder, { tags: [] })
    expect(readNotes(folder)).toEqual({ name: 'first', tags: [], notes: 'x' })
  })

  it('in a damaged file are none, and are not written over', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'notes.json')
    writeFileSync(file, '{"notes": "long')
    expect(readNotes(folder)).toEqual({})
    await expect(annotate(folder, { name: 'x' })).rejects.toThrow(/notes\.json is damaged .*; mend it, or delete it/)
    expect(readFileSync(file, 'utf8')).toBe('{"notes": "long')
  })
})

import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../tests/fixtures/temporary-folder.ts'
import { StorageError } from '../shared/errors.ts'
import { makeFolder, readJson, storing, writeJson } from './files.ts'

describe('file work that fails', () => {
  it.runIf(existsSync('/dev/full'))('names a full disk', () => {
    expect(() => storing('/dev/full', () => appendFileSync('/dev/full', 'x'))).toThrow(
      new StorageError('/dev/full cannot be used: the disk is full; free some space.'),
    )
  })

  it('names a file in place of a folder', () => {
    const file = join(temporaryFolder(), 'home')
    writeFileSync(file, '')
    const sentence = 'a file stands where a folder is needed; remove it or choose another folder.'
    expect(() => makeFolder(file)).toThrow(new StorageError(`${file} cannot be used: ${sentence}`))
    expect(() => makeFolder(join(file, 'runs'))).toThrow(
      new StorageError(`${join(file, 'runs')} cannot be used: ${sentence}`),
    )
    expect(() => readJson(join(file, 'datasets.json'))).toThrow(StorageError)
  })

  it('names a folder in place of a file', () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'a.json'))
    expect(() => readJson(join(folder, 'a.json'))).toThrow(/a folder stands where a file is needed/)
  })

  it('that is a defect stays what it is', () => {
    expect(() => storing('x', () => readFileSync('/nowhere/at/all'))).toThrow(/ENOENT/)
  })
})

it('writes a JSON file in a folder that is not there yet, and reads it', () => {
  const file = join(temporaryFolder(), 'a', 'b.json')
  expect(readJson(file)).toBeUndefined()
  writeJson(file, { a: [1] })
  expect(readJson(file)).toEqual({ a: [1] })
})

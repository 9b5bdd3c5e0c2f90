import { readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { StorageError, UsageError } from '../../shared/errors.ts'
import type { Correction } from '../../shared/run-folder/corrections.ts'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { Home } from '../machine/home.ts'
import { DatasetCorrections } from './corrections.ts'

const one: Correction = { path: 'cat/1.png', given: 'cat', decision: 'exclude' }

it('a decision takes the place of the one before of the same sample', async () => {
  const pets = new DatasetCorrections(new Home(temporaryFolder()), 'pets')
  expect(pets.list()).toEqual([])
  await pets.set(one)
  await pets.set({ ...one, record: 7 })
  await pets.set({ ...one, decision: 'label', label: 'dog' })
  expect(pets.list()).toEqual([
    { ...one, record: 7 },
    { ...one, decision: 'label', label: 'dog' },
  ])
})

it.each(['/etc/passwd', 'C:\\a.png', '../a.png', 'cat/../../a.png', '', 'a'.repeat(5000)])(
  'the path %j is refused, and nothing is written',
  async (path) => {
    const pets = new DatasetCorrections(new Home(temporaryFolder()), 'pets')
    await expect(pets.set({ ...one, path })).rejects.toThrow(UsageError)
    expect(pets.list()).toEqual([])
  },
)

it.each([
  ['no JSON', 'is damaged'],
  ['{"format":2,"corrections":[]}', 'newer Anneal'],
  ['{"format":1,"corrections":[{"path":"../a.png","given":"cat","decision":"exclude"}]}', 'must be relative'],
  ['{"format":1,"corrections":[{"path":"a.png","given":"cat","decision":"label"}]}', 'is damaged'],
  ['{"format":1,"corrections":[{"path":"a.png","given":"cat","decision":"burn"}]}', 'is damaged'],
  ['{"format":1}', 'is damaged'],
])('a file that says %s is refused, and stays as it is', async (content, says) => {
  const home = new Home(temporaryFolder())
  const pets = new DatasetCorrections(home, 'pets')
  await pets.set(one)
  writeFileSync(pets.path, content)
  expect(() => pets.list()).toThrow(StorageError)
  await expect(pets.set(one)).rejects.toThrow(says)
  expect(readFileSync(pets.path, 'utf8')).toBe(content)
})

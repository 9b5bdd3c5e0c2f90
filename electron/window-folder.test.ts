import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Home } from '../host/machine/home.ts'
import { StorageError } from '../shared/errors.ts'
import { temporaryFolder } from '../tests/fixtures/temporary-folder.ts'
import { windowFolder } from './window-folder.ts'

it('is made with the home, and left empty', () => {
  const home = new Home(join(temporaryFolder(), 'new/home'))
  expect(windowFolder(home)).toBe(join(home.root, 'window'))
  expect(readdirSync(windowFolder(home))).toEqual([])
})

it('is refused where a file stands in its place', () => {
  const home = new Home(temporaryFolder())
  writeFileSync(join(home.root, 'window'), '')
  expect(() => windowFolder(home)).toThrow(StorageError)
  expect(() => windowFolder(home)).toThrow(/a file stands where .*, or set ANNEAL_HOME to another folder\.$/)
})

// Root may write everywhere.
it.skipIf(process.getuid?.() === 0)('is refused where it is there and cannot be written', () => {
  const home = new Home(temporaryFolder())
  mkdirSync(join(home.root, 'window'))
  chmodSync(join(home.root, 'window'), 0o555)
  expect(() => windowFolder(home)).toThrow(/permission is denied/)
})

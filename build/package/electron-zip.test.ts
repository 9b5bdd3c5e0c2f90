import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { namedZip } from './electron-zip.ts'

const here = `${process.platform}-${process.arch}`

function folderWith(...names: string[]): string {
  const folder = temporaryFolder()
  for (const name of names) writeFileSync(join(folder, name), '')
  return folder
}

it('is none where ELECTRON_ZIP_DIR is unset', () => {
  expect(namedZip({})).toBeUndefined()
  expect(namedZip({ ELECTRON_ZIP_DIR: '' })).toBeUndefined()
})

it('has the version that the name of the file tells', () => {
  const folder = folderWith(`electron-v33.3.0-${here}.zip`, 'electron-v40.0.0-other-os.zip', 'SHASUMS256.txt')
  expect(namedZip({ ELECTRON_ZIP_DIR: folder })).toEqual({ folder, version: '33.3.0' })
})

it.each([
  ['none', []],
  ['one of another platform', ['electron-v33.3.0-other-os.zip']],
  ['two', [`electron-v33.3.0-${here}.zip`, `electron-v45.4.1-${here}.zip`]],
])('is refused where the folder holds %s', (_, names) => {
  const folder = folderWith(...names)
  expect(() => namedZip({ ELECTRON_ZIP_DIR: folder })).toThrow(`ELECTRON_ZIP_DIR names ${folder}, which must hold one`)
})

it('is refused where there is no such folder', () => {
  expect(() => namedZip({ ELECTRON_ZIP_DIR: '/nowhere' })).toThrow('and holds 0.')
})

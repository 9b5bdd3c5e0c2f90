import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../tests/fixtures/temporary-folder.ts'
import { ChecksumMismatch, readSealed, writeSealed } from './sealed-json.ts'

const file = () => join(temporaryFolder(), 'a.json')

it('a sealed document is read back as it was, also when it is sealed again, laid out otherwise, or moved', () => {
  const path = file()
  const document = { step: 3, list: [1.5, null], inner: { b: 'é', 2: true }, none: undefined }
  writeSealed(path, document)
  expect(readSealed(path)).toEqual(document)
  writeSealed(path, readSealed(path) as object)
  writeFileSync(path, JSON.stringify(JSON.parse(readFileSync(path, 'utf8'))))
  expect(readSealed(path)).toEqual(document)
})

it.each([
  ['3', '7'],
  ['step', 'stex'],
  ['"checksum": "', '"checksum": "0'],
])('%s for %s is noticed', (before, after) => {
  const path = file()
  writeSealed(path, { step: 3 })
  writeFileSync(path, readFileSync(path, 'utf8').replace(before, after))
  expect(() => readSealed(path)).toThrow(ChecksumMismatch)
})

it('a document without a checksum is taken as it is, and a file that is not there is nothing', () => {
  const path = file()
  expect(readSealed(path)).toBeUndefined()
  writeFileSync(path, '{"step":3}')
  expect(readSealed(path)).toEqual({ step: 3 })
})

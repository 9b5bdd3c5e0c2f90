import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { StorageError } from '../shared/errors.ts'
import { temporaryFolder } from '../tests/fixtures/temporary-folder.ts'
import type { ArrowSeal } from './arrow-columns.ts'
import { readArrowFile } from './read-arrow.ts'
import { ArrowFileWriter } from './write-arrow.ts'

const types = {
  path: 'text',
  label: 'int32',
  offset: 'float64',
  guesses: ['int32', 2],
  shares: ['float32', 3],
} as const
const two = {
  path: ['a/1.png', 'ü/图.png'],
  label: Int32Array.of(0, -1),
  offset: Float64Array.of(2 ** 53 - 1, 0.5),
  guesses: Int32Array.of(0, 1, 2, 3),
  shares: Float32Array.of(0.5, 0.25, 0.25, NaN, NaN, NaN),
}
const one = {
  path: [''],
  label: Int32Array.of(7),
  offset: Float64Array.of(1),
  guesses: Int32Array.of(4, 5),
  shares: Float32Array.of(1, 0, 0),
}

function write(batches: readonly (typeof two)[] = [two, one]) {
  const path = join(temporaryFolder(), 'a.arrow')
  const writer = new ArrowFileWriter(path, types, { classes: '["a","b"]' })
  for (const batch of batches) writer.write(batch.label.length, batch)
  const seal = writer.finish()
  writer.close()
  return { path, seal }
}

it('the rows of all batches are read back, with what was written beside them', () => {
  const { path, seal } = write()
  expect(seal.bytes).toBe(statSync(path).size)
  const { rows, columns } = readArrowFile(path, types, seal)
  expect(rows).toBe(3)
  expect([0, 1, 2].map((row) => columns.path.at(row))).toEqual(['a/1.png', 'ü/图.png', ''])
  expect(columns.label).toEqual(Int32Array.of(0, -1, 7))
  expect(columns.offset).toEqual(Float64Array.of(2 ** 53 - 1, 0.5, 1))
  expect(columns.guesses).toEqual(Int32Array.of(0, 1, 2, 3, 4, 5))
  expect(columns.shares).toEqual(Float32Array.of(0.5, 0.25, 0.25, NaN, NaN, NaN, 1, 0, 0))
})

it('a file without rows has none', () => {
  const { path, seal } = write([])
  expect(readArrowFile(path, types, seal)).toMatchObject({ rows: 0, columns: { label: new Int32Array() } })
})

it('apache-arrow reads the same', () => {
  const { schema, numRows, ...table } = tableFromIPC(readFileSync(write().path))
  expect(numRows).toBe(3)
  expect(schema.metadata.get('classes')).toBe('["a","b"]')
  const paths = table.batches.flatMap((batch) => Array.from(batch.getChild('path')!, String))
  expect(paths).toEqual(['a/1.png', 'ü/图.png', ''])
})

it('a file of which any bit has changed is refused, and so is one that was cut short', () => {
  const { path, seal } = write()
  const whole = readFileSync(path)
  fc.assert(
    fc.property(fc.nat(8 * whole.length - 1), (bit) => {
      const flipped = Buffer.from(whole)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      writeFileSync(path, flipped)
      expect(() => readArrowFile(path, types, seal)).toThrow(StorageError)
    }),
  )
  writeFileSync(path, whole)
  truncateSync(path, whole.length - 1)
  expect(() => readArrowFile(path, types, seal)).toThrow(/is not as it was written/)
})

it('a seal that tells of rows where there are none is refused', () => {
  const { path, seal } = write()
  const refused = (batches: ArrowSeal['batches']) =>
    expect(() => readArrowFile(path, types, { ...seal, batches })).toThrow(StorageError)
  refused([{ at: seal.bytes, rows: 1 }])
  refused([{ at: 0, rows: 2 ** 40 }])
  refused([{ at: -8, rows: 1 }])
  refused([{ at: seal.bytes - 8, rows: 20 }])
})

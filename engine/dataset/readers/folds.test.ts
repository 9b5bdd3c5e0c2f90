import { expect, it } from 'vitest'
import { TextColumn } from '../image-index/text-column.ts'
import { splitRows } from './listing.ts'

const paths = Array.from({ length: 30 }, (_, i) => `${i}.png`)
const listing = {
  classes: ['a', 'b', 'c'],
  files: {
    paths: TextColumn.of(paths),
    // Two of the last class alone.
    labels: Int32Array.from(paths, (_, i) => (i < 14 ? 0 : i < 28 ? 1 : 2)),
    bytes: new Float64Array(30),
    mtimes: new Float64Array(30),
  },
}
const options = { validationShare: 0.1, splitSeed: 1, folds: 3 }

it.each([undefined, { train: 24, val: 4, test: 2 }])(
  'each training sample is in just one fold (splits %j)',
  (counts) => {
    const trained = counts?.train ?? 30
    const folds = [0, 1, 2].map((fold) => splitRows({ ...listing, ...(counts && { counts }) }, { ...options, fold }))
    const held = folds.flatMap(({ val }) => [...val])
    expect(held.sort((a, b) => a - b)).toEqual(Array.from({ length: trained }, (_, row) => row))
    for (const { train, val, test } of folds) {
      expect([...train, ...val].sort((a, b) => a - b)).toHaveLength(trained)
      const ofFirst = val.filter((row) => listing.files.labels[row] === 0).length
      expect([4, 5]).toContain(ofFirst)
      expect([...test]).toEqual(counts ? [28, 29] : [])
    }
  },
)

it('another seed deals them otherwise', () => {
  const [one, two] = [1, 2].map((splitSeed) => splitRows(listing, { ...options, splitSeed, fold: 0 }).val)
  expect([...one!]).not.toEqual([...two!])
})

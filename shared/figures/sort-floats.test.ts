import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sortDescending } from './sort-floats.ts'

it('sorts as the language does', () =>
  fc.assert(
    fc.property(fc.float32Array({ noNaN: true, maxLength: 200 }), (values) => {
      const sorted = values.slice()
      sortDescending(sorted)
      expect(sorted).toEqual(values.slice().sort().reverse())
    }),
  ))

it('sorts a part of a buffer, and leaves the rest', () => {
  const all = Float32Array.of(1, 2, 3, 4, 5)
  sortDescending(all.subarray(1, 4))
  expect([...all]).toEqual([1, 4, 3, 2, 5])
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { pairSamples, type SampleKeys } from './pairing.ts'

const keysOf = (keys: readonly string[]): SampleKeys => ({ rows: keys.length, at: (row) => keys[row]! })
const pairsOf = (first: readonly string[], second: readonly string[]) => {
  const pairs = pairSamples(keysOf(first), keysOf(second))
  return Array.from(pairs.first, (row, i) => [row, pairs.second[i]])
}

it('samples are found by their keys, in the order of the first', () => {
  expect(pairsOf(['a', 'b', 'c', 'd'], ['d', 'x', 'b', 'a'])).toEqual([
    [0, 3],
    [1, 2],
    [3, 0],
  ])
  expect(pairsOf(['a'], ['b'])).toEqual([])
  expect(pairsOf([], ['b'])).toEqual([])
})

it('the n-th of a key is the n-th in the other', () => {
  expect(pairsOf(['a', 'b', 'a', 'a'], ['a', 'a', 'b'])).toEqual([
    [0, 0],
    [1, 2],
    [2, 1],
  ])
})

it('those that begin in the same order are as well found', () => {
  expect(pairsOf(['a', 'b', 'c', 'a'], ['a', 'b', 'a', 'c'])).toEqual([
    [0, 0],
    [1, 1],
    [2, 3],
    [3, 2],
  ])
})

it('as many of a key are paired as both have', () => {
  const keys = fc.array(fc.constantFrom('a', 'b', '__proto__'))
  fc.assert(
    fc.property(keys, keys, (first, second) => {
      const pairs = pairsOf(first, second)
      for (const key of ['a', 'b', '__proto__']) {
        const count = (list: readonly string[]) => list.filter((one) => one === key).length
        expect(pairs.filter(([row]) => first[row!] === key)).toHaveLength(Math.min(count(first), count(second)))
      }
      for (const [a, b] of pairs) expect(first[a!]).toBe(second[b!])
      expect(new Set(pairs.map(([, row]) => row)).size).toBe(pairs.length)
    }),
  )
})

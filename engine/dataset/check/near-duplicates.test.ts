import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bitCount, findNearDuplicates, MAX_DISTANCE } from './near-duplicates.ts'

const plain = (looks: BigUint64Array) => ({
  looks,
  looksDown: new BigUint64Array(looks.length),
  means: new Uint16Array(3 * looks.length),
  stds: new Uint16Array(3 * looks.length),
})
const rows = (count: number) => Int32Array.from({ length: count }, (_, i) => i)
const distance = (a: bigint, b: bigint) => (a ^ b).toString(2).replaceAll('0', '').length

/** Every pair compared, groups grown until nothing changes. */
function expected(looks: readonly bigint[]): number[][] {
  const group = looks.map((_, i) => i)
  for (let changed = true; changed;) {
    changed = false
    looks.forEach((a, i) =>
      looks.forEach((b, j) => {
        if (distance(a, b) > MAX_DISTANCE || group[i] === group[j]) return
        group[i] = group[j] = Math.min(group[i]!, group[j]!)
        changed = true
      }),
    )
  }
  return [...new Set(group)]
    .map((first) => group.flatMap((own, i) => (own === first ? [i] : [])))
    .filter((members) => members.length > 1)
}

it('counts bits', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 32 - 1 }), (word) => {
      expect(bitCount(word | 0)).toBe(word.toString(2).replaceAll('0', '').length)
    }),
  )
})

it('finds just what comparing every pair finds', () => {
  const near = fc.tuple(
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.array(fc.array(fc.nat({ max: 63 }), { maxLength: 5 }), { maxLength: 6 }),
  )
  const hashes = fc
    .array(near, { maxLength: 8 })
    .map((groups) =>
      groups.flatMap(([hash, changes]) => [
        hash,
        ...changes.map((bits) => bits.reduce((changed, bit) => changed ^ (1n << BigInt(bit)), hash)),
      ]),
    )
  fc.assert(
    fc.property(hashes, (looks) => {
      expect(findNearDuplicates(plain(BigUint64Array.from(looks)), rows(looks.length))).toEqual(expected(looks))
    }),
  )
})

it('tells pictures of other colours apart', () => {
  const images = plain(BigUint64Array.of(7n, 7n, 7n))
  images.means[3] = 10 * 256
  expect(findNearDuplicates(images, rows(3))).toEqual([[0, 2]])
})

it('tells pictures apart that differ along their columns only', () => {
  const images = plain(BigUint64Array.of(7n, 7n, 7n))
  images.looksDown[1] = 31n
  expect(findNearDuplicates(images, rows(3))).toEqual([[0, 2]])
})

it('looks at a part of the images alone', () => {
  expect(findNearDuplicates(plain(BigUint64Array.of(0n, 5n, 2n ** 40n, 1n)), Int32Array.of(3, 1))).toEqual([[0, 1]])
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../errors.ts'
import { wilson } from './intervals.ts'
import { rankSlices, sliceRows, sliceTitle, type FactColumn } from './slices.ts'
import { columns, nearTo } from './test-kit.ts'

/** n over k, exactly. */
function choose(n: number, k: number): bigint {
  let value = 1n
  for (let i = 0; i < k; i++) value = (value * BigInt(n - i)) / BigInt(i + 1)
  return k > n ? 0n : value
}
const ratio = (a: bigint, b: bigint) => Number((a * 10n ** 15n) / b) / 1e15

/** The probability of `hits` or more, by the formula. */
function tail(count: number, marked: number, drawn: number, hits: number): number {
  let sum = 0n
  for (let x = hits; x <= Math.min(drawn, marked); x++) sum += choose(marked, x) * choose(count - marked, drawn - x)
  return ratio(sum, choose(count, drawn))
}

/** 40 samples; the first 10 are of the type "a", of which 6 are wrong; 4 of the 30 others are. */
const samples = columns(
  Array.from({ length: 40 }, () => 0),
  Array.from({ length: 40 }, (_, row) => (row < 6 || row >= 36 ? 1 : 0)),
)
const type: FactColumn = {
  key: 'type',
  names: ['a', 'b', 'c'],
  places: Int32Array.from({ length: 40 }, (_, row) => (row < 10 ? 0 : row < 38 ? 1 : 2)),
}

describe('slices that are ranked', () => {
  it('have their accuracy, its interval and what chance makes of it', () => {
    const { lookedAt, slices } = rankSlices(samples, [type], 3)
    expect(lookedAt).toBe(2)
    expect(slices).toEqual(
      [
        // Of the two that are looked at it is the less likely one, so that it counts twice.
        ...[
          {
            value: 'a',
            samples: 10,
            right: 4,
            accuracy: 0.4,
            interval: wilson(4, 10),
            p: nearTo(2 * tail(40, 10, 10, 6)),
          },
        ],
        ...[
          {
            value: 'b',
            samples: 28,
            right: 26,
            accuracy: 26 / 28,
            interval: wilson(26, 28),
            p: nearTo(tail(40, 10, 28, 2)),
          },
        ],
      ].map((slice) => ({ key: 'type', ...slice })),
    )
  })

  it('by numbers are of about the same size, and hold each sample that has a number once', () =>
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: -9, max: 99 }), fc.constant(NaN), fc.float({ noDefaultInfinity: true })), {
          minLength: 1,
        }),
        (list) => {
          const size: FactColumn = { key: 'size', values: Float32Array.from(list) }
          const all = columns(
            list.map(() => 0),
            list.map(() => 0),
          )
          const { slices } = rankSlices(all, [size], 1)
          const rows = slices.flatMap((slice) => [...sliceRows([size], slice)])
          const known = [...size.values.keys()].filter((row) => !Number.isNaN(size.values[row]!))
          expect(slices.map((slice) => sliceRows([size], slice).length)).toEqual(slices.map((slice) => slice.samples))
          // A single slice is all of them, and is not looked at.
          if (slices.length > 0) expect(rows.sort((a, b) => a - b)).toEqual(known)
        },
      ),
    ))

  it('by many numbers are fifths', () => {
    const size: FactColumn = { key: 'size', values: Float32Array.from({ length: 40 }, (_, row) => 100 + row) }
    const { slices } = rankSlices(samples, [size], 1)
    expect(slices.map(({ value }) => value).sort()).toEqual(['..108', '108..116', '116..124', '124..132', '132..'])
    expect(slices.every((slice) => slice.samples === 8)).toBe(true)
  })

  it('are none where nothing is known', () => {
    const none: FactColumn = { key: 'size', values: new Float32Array(40).fill(NaN) }
    expect(rankSlices(samples, [none])).toEqual({ lookedAt: 0, slices: [] })
  })
})

describe('the samples of a slice', () => {
  const size: FactColumn = { key: 'size', values: Float32Array.of(1, 2, 3, NaN) }
  const rows = (value: string) => [
    ...sliceRows([size, { key: 'type', names: ['x..'], places: Int32Array.of(0, -1, 0, 0) }], { key: 'size', value }),
  ]

  it('are from the lower end to below the upper one', () => {
    expect(rows('1..3')).toEqual([0, 1])
    expect(rows('2..')).toEqual([1, 2])
    expect(rows('..2')).toEqual([0])
    expect(rows('..')).toEqual([0, 1, 2])
    expect([...sliceRows([type], { key: 'type', value: 'c' })]).toEqual([38, 39])
  })

  it('are refused where there are none, or what is meant is not clear', () => {
    for (const value of ['2', '3..1', 'a..b', '9..']) expect(() => rows(value)).toThrow(UsageError)
    expect(() => sliceRows([size], { key: 'colour', value: 'red' })).toThrow('choose by size')
    expect(() => sliceRows([type], { key: 'type', value: 'd' })).toThrow('No image has type d')
  })
})

it('a slice is told in words', () => {
  const titles = ['1.5..3', '..3', '2..', 'JPEG RGB'].map((value) => sliceTitle({ key: 'size', value }))
  expect(titles).toEqual(['size 1.5 to 3', 'size below 3', 'size from 2', 'size JPEG RGB'])
})

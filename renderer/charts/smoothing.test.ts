import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { smooth } from './smoothing.ts'

/** The definition, summed afresh for every point. */
function byDefinition(values: readonly number[], weight: number): number[] {
  return values.map((_, n) => {
    const weights = values.slice(0, n + 1).map((__, i) => weight ** (n - i))
    const norm = weights.reduce((a, b) => a + b, 0)
    return weights.reduce((sum, w, i) => sum + w * values[i]!, 0) / norm
  })
}

describe('smoothing', () => {
  it('gives the values that are worked out by hand', () => {
    // w = 0.5: 1; (0.5*1 + 2) / 1.5; (0.25*1 + 0.5*2 + 6) / 1.75
    expect([...smooth(Float64Array.of(1, 2, 6), 0.5)]).toEqual(
      [1, 2.5 / 1.5, 7.25 / 1.75].map((v) => expect.closeTo(v, 14) as number),
    )
    // w = 0.6: 1; 0.6 / 1.6; 0.36 / 1.96; (0.216 + 1) / 2.176
    expect([...smooth(Float64Array.of(1, 0, 0, 1), 0.6)]).toEqual(
      [1, 0.375, 9 / 49, 19 / 34].map((v) => expect.closeTo(v, 14) as number),
    )
  })

  it('is its definition', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { maxLength: 30 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (values, weight) => {
          const expected = byDefinition(values, weight)
          smooth(Float64Array.from(values), weight).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 8))
        },
      ),
    )
  })

  it('leaves a constant as it is, to the last bit', () => {
    expect(new Set(smooth(new Float64Array(1000).fill(0.1), 0.9))).toEqual(new Set([0.1]))
  })

  it('passes gaps on and forgets them', () => {
    expect([...smooth(Float64Array.of(1, NaN, 2), 0.5)]).toEqual([1, NaN, expect.closeTo(5 / 3, 14)])
  })

  it('gives back the very values when there is nothing to smooth', () => {
    const values = Float64Array.of(3, 1)
    expect(smooth(values, 0)).toBe(values)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reduce } from './reduce.ts'

describe('reducing a curve', () => {
  it('keeps every point of a short one', () => {
    expect([...reduce(Float64Array.of(3, 1, 2), 4)]).toEqual([0, 1, 2])
    expect([...reduce(new Float64Array(), 4)]).toEqual([])
  })

  it('keeps the lowest and the highest of each stretch, in order', () => {
    const values = Float64Array.of(0, 5, 1, 9, 2, -4, 3, 7, 6, 0)
    // Two stretches of 4 between the ends: 5 1 9 2 and -4 3 7 6.
    expect([...reduce(values, 6)]).toEqual([0, 2, 3, 5, 7, 9])
  })

  it('looks only at the window asked for', () => {
    expect([
      ...reduce(
        Float64Array.from({ length: 100 }, (_, i) => i),
        4,
        10,
        50,
      ),
    ]).toEqual([10, 11, 48, 49])
  })

  it('keeps both ends, the extremes, the order and the limit', () => {
    const curve = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(curve, fc.integer({ min: 4, max: 60 }), (list, limit) => {
        const values = Float64Array.from(list)
        const kept = [...reduce(values, limit)]
        expect(kept.length).toBeLessThanOrEqual(Math.max(limit, 4))
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b))
        expect([kept[0], kept.at(-1)]).toEqual([0, values.length - 1])
        const drawn = kept.map((i) => values[i]!)
        expect(Math.max(...drawn)).toBe(Math.max(...values))
        expect(Math.min(...drawn)).toBe(Math.min(...values))
      }),
    )
  })

  it('shows a gap', () => {
    const values = new Float64Array(100).fill(1)
    values[50] = NaN
    expect([...reduce(values, 10)]).toContain(50)
  })
})

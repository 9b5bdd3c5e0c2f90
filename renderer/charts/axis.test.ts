import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { axisValues, firstAtLeast, nearestIndex } from './axis.ts'

const columns = {
  steps: Float64Array.of(10, 20),
  epochs: Float64Array.of(0.5, 1),
  walls: Float64Array.of(1000, 1002.5),
  values: Float64Array.of(3, 2),
}

describe('the horizontal axis', () => {
  it('counts steps, epochs, seconds since the start, or milliseconds of the clock', () => {
    expect([...axisValues(columns, 'step', 999)]).toEqual([10, 20])
    expect([...axisValues(columns, 'epoch', 999)]).toEqual([0.5, 1])
    expect([...axisValues(columns, 'relative', 999)]).toEqual([1, 3.5])
    expect([...axisValues(columns, 'wall', 999)]).toEqual([1_000_000, 1_002_500])
  })

  it('is searched as a plain search would', () => {
    const sorted = fc
      .array(fc.integer({ min: -50, max: 50 }), { maxLength: 40 })
      .map((list) => Float64Array.from(list.sort((a, b) => a - b)))
    fc.assert(
      fc.property(sorted, fc.integer({ min: -60, max: 60 }), (xs, x) => {
        const expected = xs.findIndex((value) => value >= x)
        expect(firstAtLeast(xs, x)).toBe(expected < 0 ? xs.length : expected)
        const distances = [...xs].map((value) => Math.abs(value - x))
        const nearest = nearestIndex(xs, x)
        if (xs.length === 0) expect(nearest).toBe(-1)
        else expect(distances[nearest]).toBe(Math.min(...distances))
      }),
    )
  })
})

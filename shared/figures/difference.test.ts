import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { differenceInterval } from './difference.ts'
import { nearTo } from './test-kit.ts'

describe('the interval of a difference', () => {
  // scipy 1.17.1: brentq on the score statistic, whose nuisance share brentq finds from the likelihood's own slope.
  // The second is also in Fagerland, Lydersen & Laake 2014 (-0.517 to -0.026).
  it.each([
    [12, 2, 50, 0.061112406186343976, 0.3447087482821487],
    [1, 7, 21, -0.5172322764213773, -0.026003032480868597],
    [0, 0, 30, -0.11351339317396876, 0.11351339317396876],
    [5, 5, 40, -0.16632365750729272, 0.16632365750729272],
    [0, 4, 25, -0.3465362160717886, -0.005496988910703804],
    [600, 500, 50_000, 0.0007011205372829597, 0.00330538010668397],
  ])('of %d fixed and %d broken among %d', (fixed, broken, samples, low, high) => {
    expect(differenceInterval(fixed, broken, samples)).toEqual({ low: nearTo(low), high: nearTo(high) })
  })

  it('is not there for no samples', () => expect(differenceInterval(0, 0, 0)).toBeUndefined())
  it('ends at 1 where every sample was fixed', () => {
    const { low, high } = differenceInterval(20, 0, 20)!
    expect(high).toBe(1)
    expect(low).toBeGreaterThan(0.6)
    expect(differenceInterval(1, 0, 1)!.high).toBe(1)
  })

  const counts = fc.tuple(fc.nat({ max: 500 }), fc.nat({ max: 500 }), fc.nat({ max: 500 }))
  it('holds the difference, lies within -1 and 1, and mirrors with the order', () =>
    fc.assert(
      fc.property(counts, ([fixed, broken, same]) => {
        const samples = fixed + broken + same
        if (samples === 0) return
        const { low, high } = differenceInterval(fixed, broken, samples)!
        expect(low).toBeGreaterThanOrEqual(-1)
        expect(high).toBeLessThanOrEqual(1)
        expect(low).toBeLessThanOrEqual((fixed - broken) / samples + 1e-12)
        expect(high).toBeGreaterThanOrEqual((fixed - broken) / samples - 1e-12)
        expect(differenceInterval(broken, fixed, samples)).toEqual({ low: -high, high: -low })
      }),
    ))
})

import { describe, expect, it } from 'vitest'
import { mcnemar } from './mcnemar.ts'

describe("McNemar's test", () => {
  // statsmodels 0.15.0: mcnemar(exact=True); mid-p from scipy 1.17.1: binom.cdf and binom.pmf
  it.each([
    [12, 2, 0.012939453125, 0.007385253906249991],
    [7, 1, 0.0703125, 0.039062500000000014],
    [5, 5, 1, 0.876953125],
    [0, 6, 0.03125, 0.015624999999999879],
    [30, 55, 0.008836205876094518, 0.006673923142224877],
    [600, 500, 0.0028195449914364284, 0.002564772797753159],
    [100_000, 101_000, 0.02586239243973295, 0.025714478917620322],
  ])('of %d fixed and %d broken', (fixed, broken, exact, midP) => {
    const found = mcnemar(fixed, broken)
    expect(found.exact / exact).toBeCloseTo(1, 9)
    expect(found.midP / midP).toBeCloseTo(1, 9)
    expect(mcnemar(broken, fixed)).toEqual(found)
  })

  it('says 1 where nothing differs', () => expect(mcnemar(0, 0)).toEqual({ exact: 1, midP: 1 }))
  it('says 0 where a difference is too large for a number', () => {
    expect(mcnemar(1_000_000, 300_000)).toEqual({ exact: 0, midP: 0 })
  })
})

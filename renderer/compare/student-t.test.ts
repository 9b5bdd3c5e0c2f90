import { describe, expect, it } from 'vitest'
import { criticalT, twoSidedP } from './student-t.ts'

/** One minus the integral of the density over [-t, t] by Simpson's rule; the density's constant by the same rule over the substitution t = √v tan φ. */
function integrated(t: number, freedom: number): number {
  // With t = √v tan φ the density is proportional to cos^(v-1) φ.
  const density = (angle: number) => Math.cos(angle) ** (freedom - 1)
  const simpson = (to: number, parts = 2000) => {
    const h = to / parts
    return (
      Array.from(
        { length: parts + 1 },
        (_, i) => (i === 0 || i === parts ? 1 : i % 2 === 1 ? 4 : 2) * density(i * h),
      ).reduce((sum, value) => sum + value, 0) *
      (h / 3)
    )
  }
  return 1 - simpson(Math.atan(t / Math.sqrt(freedom))) / simpson(Math.PI / 2)
}

describe("Student's distribution", () => {
  it('has the closed forms of one and two degrees of freedom', () => {
    for (const t of [0, 0.3, 1, 4, 60]) {
      expect(twoSidedP(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(t), 13)
      expect(twoSidedP(t, 2)).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 13)
    }
  })

  it.each([3, 4, 5, 9, 10, 40])('is what its density integrates to, for %d degrees of freedom', (freedom) => {
    for (const t of [0.01, 0.5, 1, 2, 3, 6]) expect(twoSidedP(t, freedom)).toBeCloseTo(integrated(t, freedom), 10)
  })

  // mpmath 1.3: betainc(v/2, 1/2, 0, v/(v+t^2), regularized=True) at 40 digits.
  it.each([
    [0, 3, 1],
    [0.001, 9, 0.9992239303259732],
    [2.776, 4, 0.0500227783199764],
    [12, 2, 0.00687293367715846],
    [50, 7, 3.35125259555004e-10],
    [300, 19, 2.1821139242877506e-36],
  ])('at t = %d with %d degrees of freedom has a tail of %d, however small', (t, freedom, p) => {
    expect(Math.abs(twoSidedP(t, freedom) / p - 1)).toBeLessThan(1e-12)
    expect(twoSidedP(-t, freedom)).toBe(twoSidedP(t, freedom))
  })

  // The same, by mpmath's root finder.
  it.each([
    [1, 12.706204736174705],
    [2, 4.302652729749464],
    [9, 2.2621571627982053],
    [30, 2.042272456301238],
  ])('with %d degrees of freedom exceeds %d in one case of twenty', (freedom, t) => {
    expect(criticalT(0.05, freedom)).toBeCloseTo(t, 10)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wilson } from './intervals.ts'
import { atThreshold, coverageCurve, lowestThreshold, rankByConfidence } from './thresholds.ts'
import { columns, guesses, near, nearTo, withGaps } from './test-kit.ts'

const ranking = rankByConfidence(guesses)

describe('coverage and accuracy', () => {
  it('are those of the samples above each confidence', () => {
    const { x, y, thresholds } = coverageCurve(ranking)
    // numpy 2.4.6: (conf >= t).mean(), right[conf >= t].mean()
    const sixteenths = [16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 5]
    expect([...thresholds]).toEqual([Infinity, ...sixteenths.map((n) => n / 16)])
    expect([...x]).toEqual(near([0, 0.075, 0.15, 0.2, 0.275, 0.4, 0.5, 0.7, 0.85, 0.875, 0.95, 1]))
    expect(y[0]).toBeNaN()
    expect([...y.subarray(1)]).toEqual(
      near([
        ...[1, 1, 0.75, 0.5454545454545454, 0.4375, 0.4, 0.4642857142857143],
        ...[0.4411764705882353, 0.42857142857142855, 0.39473684210526316, 0.375],
      ]),
    )
  })

  it('at any threshold', () => {
    expect(atThreshold(ranking, 0.8)).toEqual({
      threshold: 0.8,
      covered: 11,
      right: 6,
      coverage: nearTo(0.275),
      accuracy: nearTo(6 / 11),
      accuracyInterval: wilson(6, 11),
    })
    expect(atThreshold(ranking, 0.8125).covered).toBe(11)
    expect(atThreshold(ranking, 1.5)).toEqual({ threshold: 1.5, covered: 0, right: 0, coverage: 0 })
  })

  it('never cover a sample without a guess', () => {
    const gaps = rankByConfidence(withGaps)
    expect(atThreshold(gaps, 0)).toMatchObject({ covered: 35, right: 14, coverage: 0.875, accuracy: 0.4 })
    expect(atThreshold(gaps, -Infinity).covered).toBe(35)
    expect(coverageCurve(gaps).x.at(-1)).toBe(0.875)
    expect(coverageCurve(gaps).thresholds.every((value) => value > 0)).toBe(true)
  })

  it('are of the rows that are asked for', () => {
    expect(atThreshold(rankByConfidence(guesses, Int32Array.of(1, 1, 2)), 0).covered).toBe(3)
  })

  it('of a thinned curve keep its ends', () => {
    const n = 5000
    const list = Array.from({ length: n }, (_, i) => i % 3)
    const many = columns(
      list,
      list.map((label, i) => (i % 5 === 0 ? 0 : label)),
      list.map((_, i) => (i + 1) / n),
    )
    const curve = coverageCurve(rankByConfidence(many), 50)
    expect(curve.x.length).toBeLessThanOrEqual(50)
    expect([curve.x[0], curve.x.at(-1)]).toEqual([0, 1])
  })
})

describe('the lowest threshold for a precision', () => {
  it('covers as many as reach it', () => {
    expect(lowestThreshold(ranking, 1)).toMatchObject({ threshold: 0.9375, accuracy: 1, covered: 6 })
    expect(lowestThreshold(ranking, 0.45)).toMatchObject({ threshold: 0.625, coverage: 0.7 })
    expect(lowestThreshold(ranking, 0)).toMatchObject({ threshold: 0.3125, coverage: 1 })
  })

  it('is none where no threshold reaches it', () => {
    expect(lowestThreshold(rankByConfidence(columns([0, 1], [1, 0])), 0.1)).toBeUndefined()
    expect(lowestThreshold(rankByConfidence(columns([0], [0], [NaN])), 0)).toBeUndefined()
  })

  const list = fc.array(fc.tuple(fc.constantFrom(0.25, 0.5, 0.75, 1, NaN), fc.constantFrom(0, 1)), { minLength: 1 })
  it('is the first of all that reach it', () =>
    fc.assert(
      fc.property(list, fc.double({ min: 0, max: 1, noNaN: true }), (samples, precision) => {
        const some = rankByConfidence(
          columns(
            samples.map(() => 1),
            samples.map(([, guess]) => guess),
            samples.map(([confidence]) => confidence),
          ),
        )
        const reached = [0.25, 0.5, 0.75, 1].filter(
          (threshold) =>
            samples.some(([confidence]) => confidence === threshold) &&
            atThreshold(some, threshold).accuracy! >= precision,
        )
        expect(lowestThreshold(some, precision)?.threshold).toBe(reached[0])
      }),
    ))
})

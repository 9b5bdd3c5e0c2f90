import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { precisionRecallCurve, rocCurve, thin } from './curves.ts'
import { areasOf, rank } from './ranking.ts'
import { near, nearTo, ofClass0, scores } from './test-kit.ts'

const ranked = (list: number[], positive: number[]) => rank(Float32Array.from(list), Uint8Array.from(positive))
const ranking = rank(scores, ofClass0)

describe('the areas of a ranking with ties', () => {
  it('are those of scikit-learn', () => {
    // scikit-learn 1.9.1: roc_auc_score, average_precision_score
    expect(areasOf(ranking)).toEqual({
      rocArea: nearTo(0.6991758241758241),
      averagePrecision: nearTo(0.5728443420378904),
    })
  })

  it('are 1 where all positives come first, and 0 where all come last', () => {
    expect(areasOf(ranked([3, 2, 1], [1, 1, 0]))).toEqual({ rocArea: 1, averagePrecision: 1 })
    expect(areasOf(ranked([3, 2, 1], [0, 0, 1]))).toEqual({ rocArea: 0, averagePrecision: nearTo(1 / 3) })
  })

  it('are absent where there is nothing to tell apart', () => {
    expect(areasOf(ranked([1, 2], [0, 0]))).toEqual({})
    expect(areasOf(ranked([1, 2], [1, 1]))).toEqual({ averagePrecision: 1 })
  })

  it('take samples without a score as the last ones', () => {
    const gaps = ranked([0.5, NaN, 0.25, NaN], [1, 1, 0, 0])
    expect(gaps.withoutScore).toBe(2)
    expect(areasOf(gaps)).toEqual(areasOf(ranked([0.5, -9, 0.25, -9], [1, 1, 0, 0])))
  })

  it('refuse no samples', () => {
    expect(() => ranked([], [])).toThrow(expect.objectContaining({ name: 'UsageError' }))
  })

  const score = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.float(), fc.float({ min: -1, max: 0 }))
  const samples = fc.array(fc.tuple(score, fc.constantFrom(0, 1)), { minLength: 1, maxLength: 60 })
  const below = (value: number) => (Number.isNaN(value) ? -Infinity : value)
  const areas = (list: [number, number][]) =>
    areasOf(
      ranked(
        list.map(([value]) => value),
        list.map(([, positive]) => positive),
      ),
    )
  const split = (list: [number, number][]) =>
    [1, 0].map((kind) => list.filter(([, positive]) => positive === kind).map(([value]) => below(value))) as [
      number[],
      number[],
    ]

  it('are the Mann-Whitney U of the positives, over all pairs', () =>
    fc.assert(
      fc.property(samples, (list) => {
        const [positives, negatives] = split(list)
        const wins = positives.flatMap((p) => negatives.map((n): number => (p > n ? 1 : p === n ? 0.5 : 0)))
        const { rocArea } = areas(list)
        if (wins.length === 0) expect(rocArea).toBeUndefined()
        else expect(rocArea).toBeCloseTo(wins.reduce((a, b) => a + b, 0) / wins.length, 9)
      }),
    ))

  it('are the mean precision at the score of each positive', () =>
    fc.assert(
      fc.property(samples, (list) => {
        const [positives, negatives] = split(list)
        const from = (values: number[], least: number) => values.filter((value) => value >= least).length
        const precisions = positives.map((p) => from(positives, p) / (from(positives, p) + from(negatives, p)))
        const { averagePrecision } = areas(list)
        if (precisions.length === 0) expect(averagePrecision).toBeUndefined()
        else expect(averagePrecision).toBeCloseTo(precisions.reduce((a, b) => a + b, 0) / precisions.length, 9)
      }),
    ))
})

describe('the curves of a ranking with ties', () => {
  it('has the points of scikit-learn: ROC', () => {
    const { x, y, thresholds, area } = rocCurve(ranking)
    // scikit-learn 1.9.1: roc_curve(drop_intermediate=False)
    expect([...thresholds]).toEqual([Infinity, 1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125, 0])
    expect([...x]).toEqual(near([0, 0, 1, 2, 3, 5, 10, 14, 18, 26].map((n) => n / 26)))
    expect([...y]).toEqual(near([0, 1, 2, 3, 7, 7, 8, 11, 13, 14].map((n) => n / 14)))
    expect(area).toBe(areasOf(ranking).rocArea)
  })

  it('has the points of scikit-learn: precision and recall', () => {
    const { x, y, thresholds, area } = precisionRecallCurve(ranking)
    // scikit-learn 1.9.1: precision_recall_curve, from its end
    expect([...thresholds]).toEqual([Infinity, 1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125, 0])
    expect([...x]).toEqual(near([0, 1, 2, 3, 7, 7, 8, 11, 13, 14].map((n) => n / 14)))
    expect([...y]).toEqual(
      near([1, 1, 2 / 3, 0.6, 0.7, 0.5833333333333334, 0.4444444444444444, 0.44, 0.41935483870967744, 0.35]),
    )
    expect(area).toBe(areasOf(ranking).averagePrecision)
  })

  it('end with the samples without a score', () => {
    const { x, y, thresholds } = rocCurve(ranked([0.5, NaN, 0.25, NaN], [1, 1, 0, 0]))
    expect([...thresholds]).toEqual([Infinity, 0.5, 0.25, -Infinity])
    expect([x.at(-1), y.at(-1)]).toEqual([1, 1])
  })
})

/** Scores of a rare class among many samples, the positives higher on the whole. */
const many = 100_000
const rare = rank(
  Float32Array.from({ length: many }, (_, i) => Math.sin(i * i) + (i % 500 === 0 ? 1.5 : 0)),
  Uint8Array.from({ length: many }, (_, i) => (i % 500 === 0 ? 1 : 0)),
)

describe('a thinned curve', () => {
  const trapezoids = ({ x, y }: { x: Float64Array; y: Float64Array }) =>
    x.reduce((sum, value, i) => (i === 0 ? 0 : sum + ((value - x[i - 1]!) * (y[i]! + y[i - 1]!)) / 2), 0)

  it('keeps ends, area and limit: ROC', () => {
    const full = rocCurve(rare)
    expect(full.area).toBeCloseTo(trapezoids(full), 9)
    const thinned = rocCurve(rare, 200)
    expect(full.x.length).toBeGreaterThan(90_000)
    expect(thinned.x.length).toBeLessThanOrEqual(200)
    expect(thinned.area).toBe(full.area)
    expect(Math.abs(trapezoids(thinned) - full.area!)).toBeLessThan(0.002)
    expect([thinned.x[0], thinned.y[0], thinned.x.at(-1), thinned.y.at(-1)]).toEqual([0, 0, 1, 1])
  })

  it('keeps highs and lows: precision and recall', () => {
    const full = precisionRecallCurve(rare)
    const thinned = precisionRecallCurve(rare, 200)
    expect(thinned.x.length).toBeLessThanOrEqual(200)
    expect(thinned.area).toBe(full.area)
    expect(Math.min(...thinned.y)).toBe(full.y.reduce((a, b) => Math.min(a, b)))
    expect(Math.abs(trapezoids(thinned) - trapezoids(full))).toBeLessThan(0.01)
    expect([thinned.x[0], thinned.y[0], thinned.x.at(-1), thinned.y.at(-1)]).toEqual([0, 1, 1, 0.002])
  })

  it('is the curve itself where that has few points', () => {
    const curve = rocCurve(ranking)
    expect(thin(curve, (i) => curve.x[i]!, 10)).toBe(curve)
  })

  it('has few points without positives as well', () => {
    const none = rank(
      Float32Array.from({ length: 1000 }, (_, i) => i),
      new Uint8Array(1000),
    )
    expect(precisionRecallCurve(none, 20).x.length).toBeLessThanOrEqual(20)
    expect(rocCurve(none, 20).x.length).toBeLessThanOrEqual(20)
  })

  it('keeps to any limit', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 50 }), fc.constantFrom(0, 1)), { minLength: 1 }),
        fc.integer({ min: 4, max: 30 }),
        (list, limit) => {
          const some = ranked(
            list.map(([score]) => score),
            list.map(([, positive]) => positive),
          )
          for (const curve of [rocCurve(some, limit), precisionRecallCurve(some, limit)]) {
            expect(curve.x.length).toBeLessThanOrEqual(limit)
            expect([...curve.thresholds]).toEqual([...curve.thresholds].sort((a, b) => b - a))
            expect(curve.thresholds[0]).toBe(Infinity)
          }
        },
      ),
    ))
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bootstrap, wilson } from './intervals.ts'
import { nearTo } from './test-kit.ts'

describe('the interval of a share', () => {
  // statsmodels 0.15.0: proportion_confint(method='wilson')
  it.each([
    [0, 10, 0, 0.27753279986288926],
    [3, 10, 0.10779126740630104, 0.6032218525388546],
    [10, 10, 0.7224672001371106, 1],
    [27, 40, 0.5201774618987767, 0.7991549776821731],
    [999, 1000, 0.9943574414020421, 0.9998234536293739],
    [650_000, 1_300_000, 0.4991405002047995, 0.5008594997952005],
  ])('of %d among %d', (hits, samples, low, high) => {
    expect(wilson(hits, samples)).toEqual({ low: nearTo(low), high: nearTo(high) })
  })

  it('is not there for no samples', () => expect(wilson(0, 0)).toBeUndefined())

  it('lies within 0 and 1 around the share', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2e6 }), fc.double({ min: 0, max: 1, noNaN: true }), (samples, share) => {
        const hits = Math.round(share * samples)
        const { low, high } = wilson(hits, samples)!
        expect(low).toBeGreaterThanOrEqual(0)
        expect(low).toBeLessThanOrEqual(hits / samples)
        expect(high).toBeGreaterThanOrEqual(hits / samples)
        expect(high).toBeLessThanOrEqual(1)
      }),
    ))
})

describe('the bootstrap', () => {
  const rows = Int32Array.from({ length: 200 }, (_, i) => i)
  const mean = (drawn: Int32Array) => drawn.reduce((sum, row) => sum + (row < 60 ? 1 : 0), 0) / drawn.length

  it('is the same for the same seed, and another for another', () => {
    const first = bootstrap(rows, mean, { seed: 7 })
    expect(bootstrap(rows, mean, { seed: 7 })).toEqual(first)
    const others = [8, 9, 10].map((seed) => bootstrap(rows, (drawn) => drawn[0]!, { seed, resamples: 1 })!.low)
    expect(new Set(others).size).toBe(3)
  })

  it('has the quantiles of the binomial distribution for a share', () => {
    // scipy 1.17.1: binom.ppf([0.025, 0.975], 200, 0.3) / 200, plus or minus one sample for 20,000 draws
    const { low, high } = bootstrap(rows, mean, { seed: 1, resamples: 20_000 })!
    expect(Math.abs(low - 0.24)).toBeLessThanOrEqual(0.005 + 1e-9)
    expect(Math.abs(high - 0.365)).toBeLessThanOrEqual(0.005 + 1e-9)
  })

  it('draws every sample alike', () => {
    const seen = new Float64Array(200)
    bootstrap(rows, (drawn) => (drawn.forEach((row) => seen[row]!++), 0), { seed: 3, resamples: 2000 })
    // 2000 expected of each, deviation 45.
    expect(Math.min(...seen)).toBeGreaterThan(1750)
    expect(Math.max(...seen)).toBeLessThan(2250)
  })

  it('draws from the given rows alone', () => {
    const few = Int32Array.of(5, 11)
    bootstrap(few, (drawn) => (expect([...drawn].every((row) => few.includes(row))).toBe(true), 0), { seed: 2 })
  })

  it('leaves out draws without a value, and counts them', () => {
    const odd = (drawn: Int32Array) => (drawn[0]! % 2 === 0 ? NaN : 1)
    const found = bootstrap(rows, odd, { seed: 4, resamples: 100 })!
    expect(found).toMatchObject({ low: 1, high: 1 })
    expect(found.resamples + found.withoutValue).toBe(100)
    expect(found.withoutValue).toBeGreaterThan(20)
    expect(bootstrap(rows, () => NaN, { seed: 4 })).toBeUndefined()
  })

  it('interpolates between draws', () => {
    let draw = 0
    // numpy.quantile([0, 1, 2, 3], [0.25, 0.75])
    expect(bootstrap(rows, () => draw++, { seed: 1, resamples: 4, level: 0.5 })).toMatchObject({
      low: 0.75,
      high: 2.25,
    })
  })

  it('refuses no samples and bad options', () => {
    expect(() => bootstrap(new Int32Array(0), mean, { seed: 1 })).toThrow(
      expect.objectContaining({ name: 'UsageError', message: expect.stringContaining('at least one') as unknown }),
    )
    expect(() => bootstrap(rows, mean, { seed: 1, resamples: 0 })).toThrow('at least one draw')
    expect(() => bootstrap(rows, mean, { seed: 1, level: 1 })).toThrow('between 0 and 1')
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { probabilityFigures, reliability } from './calibration.ts'
import { wilson } from './intervals.ts'
import { rankByConfidence } from './thresholds.ts'
import { columns, fixture, guesses, nearTo, withGaps } from './test-kit.ts'

describe('bins of equal width', () => {
  it('and their errors are those of scikit-learn', () => {
    const { bins, expectedError, maximumError } = reliability(rankByConfidence(guesses), 5)
    // scikit-learn 1.9.1: calibration_curve(n_bins=5, strategy='uniform'); the errors are sums of it in numpy 2.4.6
    expect(bins).toEqual([
      { from: 0, to: 0.2, samples: 0, right: 0 },
      ...[
        { samples: 2, right: 0, confidence: 0.3125, accuracy: 0 },
        { samples: 10, right: 2, confidence: 0.51875, accuracy: 0.2 },
        { samples: 17, right: 7, confidence: 0.6764705882352942, accuracy: 0.4117647058823529 },
        { samples: 11, right: 6, confidence: 0.9090909090909091, accuracy: 0.5454545454545454 },
      ].map(({ samples, right, confidence, accuracy }, i) => ({
        from: nearTo((i + 1) / 5),
        to: nearTo((i + 2) / 5),
        samples,
        right,
        confidence: nearTo(confidence),
        accuracy: nearTo(accuracy),
        accuracyInterval: wilson(right, samples),
      })),
    ])
    expect(expectedError).toBeCloseTo(0.30781250000000004, 9)
    expect(maximumError).toBeCloseTo(0.36363636363636365, 9)
  })

  it('hold their upper end, and the first one 0', () => {
    const { bins } = reliability(rankByConfidence(columns([0, 0, 0, 0], [0, 0, 0, 0], [0, 0.25, 0.5, 1])), 4)
    expect(bins.map(({ samples }) => samples)).toEqual([2, 1, 0, 1])
  })
})

describe('bins of equal mass', () => {
  it('have as many samples each as can be', () => {
    const confidences = Array.from({ length: 40 }, (_, i) => ((i * 7) % 40) / 64)
    const samples = columns([...guesses.labels], [...guesses.guesses], confidences)
    const { bins } = reliability(rankByConfidence(samples), 5, 'mass')
    expect(bins.map(({ samples }) => samples)).toEqual([8, 8, 8, 8, 8])
    expect(bins.map(({ from, to }) => [from * 64, to * 64])).toEqual([
      [0, 7],
      [8, 15],
      [16, 23],
      [24, 31],
      [32, 39],
    ])
    expect(bins.map(({ confidence }) => confidence! * 64)).toEqual([3.5, 11.5, 19.5, 27.5, 35.5])
  })

  it('keep samples of one confidence together', () => {
    const { bins, expectedError } = reliability(
      rankByConfidence(columns([0, 0, 0, 0], [0, 1, 0, 0], [0.5, 0.5, 0.5, 1])),
      4,
      'mass',
    )
    expect(bins.map(({ samples, right }) => [samples, right])).toEqual([
      [3, 2],
      [1, 1],
    ])
    expect(expectedError).toBeCloseTo(0.5 / 4, 9)
  })
})

describe('samples without a confidence', () => {
  it('are in no bin', () => {
    for (const spacing of ['width', 'mass'] as const) {
      const gaps = reliability(rankByConfidence(withGaps), 10, spacing)
      expect(gaps.withoutConfidence).toBe(5)
      expect(gaps.bins.reduce((sum, { samples }) => sum + samples, 0)).toBe(35)
      expect(gaps.expectedError).toBeGreaterThan(0)
    }
  })

  it('alone have no error', () => {
    const none = reliability(rankByConfidence(columns([0], [0], [NaN])), 2, 'mass')
    expect(none).toEqual({ bins: [], withoutConfidence: 1 })
  })
})

it('refuses a number of bins that is none', () => {
  const ranking = rankByConfidence(guesses)
  for (const bins of [0, 1.5, NaN]) expect(() => reliability(ranking, bins)).toThrow('whole number from 1')
})

const list = fc.array(
  fc
    .tuple(fc.float({ min: 0, max: 1, noNaN: true }), fc.boolean())
    .map(([confidence, right]) => ({ confidence, right })),
  { minLength: 1, maxLength: 80 },
)
it('the expected error is at least |mean confidence - accuracy| and at most the maximum error', () =>
  fc.assert(
    fc.property(
      list,
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom('width' as const, 'mass' as const),
      (samples, bins, spacing) => {
        const ranking = rankByConfidence(
          columns(
            samples.map(() => 1),
            samples.map(({ right }) => (right ? 1 : 0)),
            samples.map(({ confidence }) => confidence),
          ),
        )
        const found = reliability(ranking, bins, spacing)
        const gap =
          samples.reduce((sum, { confidence, right }) => sum + confidence - (right ? 1 : 0), 0) / samples.length
        expect(found.expectedError! + 1e-9).toBeGreaterThanOrEqual(Math.abs(gap))
        expect(found.expectedError).toBeLessThanOrEqual(found.maximumError! + 1e-9)
        expect(found.bins.reduce((sum, bin) => sum + bin.samples, 0)).toBe(samples.length)
      },
    ),
  ))

describe('figures of probabilities', () => {
  it('are those of scikit-learn', () => {
    // scikit-learn 1.9.1: log_loss, brier_score_loss(scale_by_half=False); the second of softmax(logits / 2.5)
    expect(probabilityFigures(fixture)).toEqual({
      samples: 40,
      withoutProbabilities: 0,
      negativeLogLikelihood: nearTo(1.969648752230971),
      brier: nearTo(0.8506728711388479),
    })
    expect(probabilityFigures(fixture, undefined, 2.5)).toMatchObject({
      negativeLogLikelihood: nearTo(1.385568514196485),
      brier: nearTo(0.7175895769334127),
    })
  })

  it('leave out samples without probabilities, and count them', () => {
    const logits = fixture.logits.slice()
    logits[4 * 39] = NaN
    logits[4 * 38 + 1] = -Infinity
    const others = Int32Array.from({ length: 38 }, (_, i) => i)
    expect(probabilityFigures({ ...fixture, logits })).toEqual({
      ...probabilityFigures(fixture, others),
      withoutProbabilities: 2,
    })
    expect(probabilityFigures({ ...fixture, logits }, Int32Array.of(39))).toEqual({
      samples: 0,
      withoutProbabilities: 1,
    })
  })

  it('of all right and sure are 0, of all wrong and sure the worst', () => {
    const logits = Float32Array.of(500, 0, 0, 500)
    const right = probabilityFigures({ classes: 2, labels: Int32Array.of(0, 1), logits })
    expect([right.negativeLogLikelihood, right.brier]).toEqual([0, 0])
    const wrong = probabilityFigures({ classes: 2, labels: Int32Array.of(1, 0), logits })
    expect([wrong.negativeLogLikelihood, wrong.brier]).toEqual([500, 2])
  })

  it('refuse no samples', () => {
    expect(() => probabilityFigures(fixture, new Int32Array(0))).toThrow(
      expect.objectContaining({ name: 'UsageError' }),
    )
  })
})

import { expect, it } from 'vitest'
import { probabilityFigures, reliability } from './calibration.ts'
import { figureIntervals, type EvaluatedSamples } from './figure-intervals.ts'
import { confusionOf } from './confusion.ts'
import { averagePrecisionInterval, type Interval } from './intervals.ts'
import { overallFigures } from './per-class.ts'
import { CLASSES, fixture, guesses, labels, probabilities, withGaps } from './test-kit.ts'
import { rankByConfidence } from './thresholds.ts'

const rows = Int32Array.from(labels.keys())
const briers = new Float64Array(labels.length).fill(NaN)
probabilityFigures(fixture, undefined, 1, briers)
const ranking = rankByConfidence(guesses)
const samples: EvaluatedSamples = {
  classes: CLASSES,
  guesses,
  losses: Float32Array.from(labels, (label, i) => -Math.log(probabilities(fixture, i)[label]!)),
  briers,
  byWidth: reliability(ranking, 5, 'width'),
  byMass: reliability(ranking, 5, 'mass'),
}
const found = figureIntervals(samples, rows, 3)

it.each<[string, Interval | undefined, number, number, number]>([
  // numpy 2.4.6: quantiles of 20,000 draws of scikit-learn 1.9.1's figures of the fixture, and their deviation
  ['loss', found.loss, 1.4391, 2.5192, 0.277],
  ['Brier score', found.brier, 0.6606, 1.0404, 0.097],
  ['balanced accuracy', found.balancedAccuracy, 0.2413, 0.4973, 0.0655],
  ['macro precision', found.macro.precision, 0.1654, 0.3504, 0.0475],
  ['macro recall', found.macro.recall, 0.181, 0.373, 0.0492],
  ['macro F1', found.macro.f1, 0.1731, 0.3485, 0.045],
  ['weighted F1', found.weighted.f1, 0.2124, 0.5214, 0.0792],
  ['kappa', found.kappa, 0.0096, 0.3304, 0.0816],
  ['Matthews', found.matthews, 0.0114, 0.3724, 0.0922],
  ['calibration error', found.errorByWidth, 0.1734, 0.4438, 0.0698],
  ['F1 of a class', found.f1[0], 0.2222, 0.6857, 0.1168],
])('the interval of the %s is that of many draws', (_, interval, low, high, deviation) => {
  // The ends of 1000 draws are within a fourth of the deviation of a statistic, nearly always; the seed makes them one.
  expect(Math.abs(interval!.low - low)).toBeLessThan(deviation / 4)
  expect(Math.abs(interval!.high - high)).toBeLessThan(deviation / 4)
})

it('is the same for a seed, another for another, and of the rows alone', () => {
  expect(figureIntervals(samples, rows, 3)).toEqual(found)
  expect(figureIntervals(samples, rows, 4).loss).not.toEqual(found.loss)
  expect(found.resamples).toBe(1000)
  const one = rows.subarray(7, 8)
  const { accuracy, macro } = overallFigures(confusionOf(guesses, CLASSES, one))
  const of = figureIntervals(samples, one, 1)
  expect(of.macro.f1).toEqual({ low: macro.f1, high: macro.f1 })
  expect(of.weighted.recall).toEqual({ low: accuracy, high: accuracy })
})

it('there is none of a figure that is never there, and samples without a number are left out of means', () => {
  const gaps = {
    ...samples,
    guesses: withGaps,
    briers: undefined,
    losses: samples.losses.map((loss, i) => (i % 8 ? loss : NaN)),
  }
  const { brier, loss, f1 } = figureIntervals(gaps, rows, 1)
  expect(brier).toBeUndefined()
  expect(loss!.high).toBeLessThan(5)
  // The last class has neither samples nor guesses in the first rows.
  expect(f1).toHaveLength(CLASSES)
  const none = figureIntervals({ ...gaps, losses: samples.losses.map(() => NaN) }, rows, 1)
  expect(none.loss).toBeUndefined()
  expect(() => figureIntervals(samples, new Int32Array(), 1)).toThrow('There is no interval of no samples')
})

it('the interval of an average precision is that of the logit method', () => {
  // 1 / (1 + exp(-(log(0.8 / 0.2) ∓ 1.959964 / sqrt(50 · 0.8 · 0.2)))), by Python's math
  const { low, high } = averagePrecisionInterval(0.8, 50)!
  expect(low).toBeCloseTo(0.6667100582288301, 9)
  expect(high).toBeCloseTo(0.8888696016578919, 9)
  for (const [value, positives] of [
    [0, 5],
    [1, 5],
    [0.5, 0],
    [NaN, 3],
  ] as const)
    expect(averagePrecisionInterval(value, positives)).toBeUndefined()
})

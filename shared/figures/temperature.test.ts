import { describe, expect, it } from 'vitest'
import { probabilityFigures } from './calibration.ts'
import type { Logits } from './samples.ts'
import { fitTemperature, scaleTemperature } from './temperature.ts'
import { fixture } from './test-kit.ts'

describe('a fitted temperature', () => {
  it("is where the slope of scikit-learn's log_loss is 0", () => {
    const { temperature, converged } = fitTemperature(fixture)
    // scipy 1.17.1: brentq on the derivative; sklearn 1.9.1: log_loss there
    expect(temperature).toBeCloseTo(5.2273872044329535, 9)
    expect(converged).toBe(true)
    expect(probabilityFigures(fixture, undefined, temperature).negativeLogLikelihood).toBeCloseTo(1.3244099088040115, 9)
  })

  it('undoes a factor on the logits', () => {
    for (const factor of [0.125, 0.5, 2, 8]) {
      const scaled: Logits = { ...fixture, logits: fixture.logits.map((value) => value * factor) }
      expect(fitTemperature(scaled)).toEqual({
        temperature: expect.closeTo(5.2273872044329535 * factor, 7) as unknown,
        converged: true,
      })
    }
  })

  const certain = (label: number): Logits => ({
    classes: 2,
    labels: Int32Array.of(label, label),
    logits: Float32Array.of(3, 0, 5, 0),
  })
  it('has not converged where all are right or all wrong: colder or hotter would always be better', () => {
    expect(fitTemperature(certain(0))).toEqual({ temperature: 0.01, converged: false })
    expect(fitTemperature(certain(1))).toEqual({ temperature: 100, converged: false })
  })

  it('is found where all but few are right, far from 1', () => {
    // One of 100 wrong, all by 1/16: the odds are 99 to 1 where 1/16 / temperature = log(99).
    const labels = Int32Array.from({ length: 100 }, (_, i) => (i === 7 ? 1 : 0))
    const logits = Float32Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 0.0625 : 0))
    const { temperature, converged } = fitTemperature({ classes: 2, labels, logits })
    expect(converged).toBe(true)
    expect(temperature).toBeCloseTo(0.0625 / Math.log(99), 12)
  })

  it('is 1 where it changes nothing', () => {
    const equal = { classes: 2, labels: Int32Array.of(0, 1), logits: new Float32Array(4) }
    expect(fitTemperature(equal)).toEqual({ temperature: 1, converged: true })
    const single = { classes: 1, labels: Int32Array.of(0, 0), logits: Float32Array.of(3, -2) }
    expect(fitTemperature(single)).toEqual({ temperature: 1, converged: true })
  })
})

describe('temperature scaling', () => {
  /** Labels are drawn from softmax(z), logits are 3 z: the temperature is 3. */
  const n = 4000
  const classes = 5
  const z = Float32Array.from({ length: n * classes }, (_, i) => Math.sin(i * i * 0.7) * 2)
  const labels = Int32Array.from({ length: n }, (_, i) => {
    const exps = Array.from(z.subarray(i * classes, (i + 1) * classes), Math.exp)
    let left = ((i * 0.6180339887498949) % 1) * exps.reduce((a, b) => a + b, 0)
    return Math.min(
      classes - 1,
      exps.findIndex((value) => (left -= value) < 0),
    )
  })
  const samples: Logits = { classes, labels, logits: z.map((value) => value * 3) }
  const scaled = scaleTemperature(samples, { seed: 11 })

  it('finds the temperature, and mends the other part', () => {
    expect(scaled).toMatchObject({ converged: true, fitted: 2000, measured: 2000, withoutProbabilities: 0 })
    expect(Math.abs(scaled.temperature - 3)).toBeLessThan(0.3)
    expect(scaled.after.negativeLogLikelihood).toBeLessThan(scaled.before.negativeLogLikelihood)
    expect(scaled.after.brier).toBeLessThan(scaled.before.brier)
    expect(scaled.after.expectedError).toBeLessThan(0.06)
    expect(scaled.before.expectedError).toBeGreaterThan(0.15)
  })

  it('is the same for a seed, and of another part for another', () => {
    expect(scaleTemperature(samples, { seed: 11 })).toEqual(scaled)
    expect(scaleTemperature(samples, { seed: 12 }).temperature).not.toBe(scaled.temperature)
  })

  it('never fits a sample that it measures', () => {
    const part = scaleTemperature(
      samples,
      { seed: 1, fitShare: 0.25 },
      Int32Array.from({ length: 100 }, (_, i) => i),
    )
    expect(part).toMatchObject({ fitted: 25, measured: 75 })
  })

  it('leaves out samples without probabilities', () => {
    const logits = samples.logits.slice()
    logits[0] = NaN
    expect(scaleTemperature({ ...samples, logits }, { seed: 11 })).toMatchObject({
      converged: true,
      withoutProbabilities: 1,
      fitted: 2000,
      measured: 1999,
    })
  })

  it('fits one and measures one of two, and refuses less', () => {
    expect(scaleTemperature(samples, { seed: 0 }, Int32Array.of(0, 1))).toMatchObject({ fitted: 1, measured: 1 })
    expect(() => scaleTemperature(samples, { seed: 0 }, Int32Array.of(0))).toThrow(
      expect.objectContaining({ name: 'UsageError' }),
    )
    for (const fitShare of [0, 1, NaN])
      expect(() => scaleTemperature(samples, { seed: 0, fitShare })).toThrow('between 0 and 1')
    const logits = samples.logits.map(() => NaN)
    expect(() => scaleTemperature({ ...samples, logits }, { seed: 0 })).toThrow('two samples with finite logits')
  })
})

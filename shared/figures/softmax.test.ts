import { expect, it } from 'vitest'
import { NO_GUESS } from './samples.ts'
import { firstGuesses } from './softmax.ts'
import { fixture, guesses, probabilities } from './test-kit.ts'

it('takes the highest logit and its probability', () => {
  const found = firstGuesses(fixture)
  expect(found.labels).toEqual(fixture.labels)
  expect(found.guesses).toEqual(guesses.guesses)
  found.confidences.forEach((value, i) => expect(value).toBeCloseTo(Math.max(...probabilities(fixture, i)), 6))
})

it('takes the first of equal logits', () => {
  const logits = Float32Array.of(1, 3, 3, 3, 3, 1)
  expect([...firstGuesses({ classes: 3, labels: Int32Array.of(0, 0), logits }).guesses]).toEqual([1, 0])
})

it('neither overflows nor underflows', () => {
  const samples = { classes: 2, labels: Int32Array.of(0, 0), logits: Float32Array.of(1e30, -1e30, -3e38, -3e38) }
  expect([...firstGuesses(samples).confidences]).toEqual([1, 0.5])
})

it('divides by the temperature', () => {
  const samples = { classes: 2, labels: Int32Array.of(0), logits: Float32Array.of(4, 0) }
  expect(firstGuesses(samples, undefined, 4).confidences[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 7)
})

it('makes no guess where a logit is not finite', () => {
  const logits = Float32Array.of(1, NaN, Infinity, 0, 0, -Infinity, 0, 1)
  const found = firstGuesses({ classes: 2, labels: Int32Array.of(0, 0, 0, 1), logits })
  expect([...found.guesses]).toEqual([NO_GUESS, NO_GUESS, NO_GUESS, 1])
  expect([...found.confidences.subarray(0, 3)]).toEqual([NaN, NaN, NaN])
})

it('has a place for each row that is asked for', () => {
  const found = firstGuesses(fixture, Int32Array.of(7, 2, 7))
  expect([...found.guesses]).toEqual([7, 2, 7].map((row) => guesses.guesses[row]))
  expect([...found.labels]).toEqual([7, 2, 7].map((row) => fixture.labels[row]))
})

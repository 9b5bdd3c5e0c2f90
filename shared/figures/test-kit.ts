import { expect } from 'vitest'
import type { Guesses, Logits } from './samples.ts'

/**
 * 40 samples of 4 classes, the same numbers that the golden values in the tests were made from: class 3 has no
 * samples, class 2 is never guessed. All logits are exact in float32.
 */
export const CLASSES = 4
export const labels = Int32Array.from({ length: 40 }, (_, i) => i % 3)

const logits = Float32Array.from({ length: 40 * CLASSES }, (_, at) => {
  const [i, k] = [Math.floor(at / CLASSES), at % CLASSES]
  const base = ((i * 7 + k * 13 + i * k * 5) % 17) - 8
  return base / 4 - (k === 2 ? 4 : 0) + (i % 4 !== 0 && k === i % 3 ? 1.5 : 0)
})
export const fixture: Logits = { classes: CLASSES, labels, logits }

/** The probabilities of a sample by the plain formula. */
export function probabilities({ classes, logits }: Logits, row: number): number[] {
  const exps = Array.from(logits.subarray(row * classes, (row + 1) * classes), Math.exp)
  const sum = exps.reduce((a, b) => a + b, 0)
  return exps.map((value) => value / sum)
}

/** Rounded to a part, so that many are equal. */
const rounded = (value: number, parts: number) => Math.round(value * parts) / parts

/** Their first guesses, with confidences in sixteenths. */
export const guesses: Guesses = {
  labels,
  guesses: labels.map((_, i) => {
    const row = probabilities(fixture, i)
    return row.indexOf(Math.max(...row))
  }),
  confidences: Float32Array.from(labels, (_, i) => rounded(Math.max(...probabilities(fixture, i)), 16)),
}

/** The probability of class 0 in eighths, and which samples are of that class. */
export const scores = Float32Array.from(labels, (_, i) => rounded(probabilities(fixture, i)[0]!, 8))
export const ofClass0 = Uint8Array.from(labels, (label) => (label === 0 ? 1 : 0))

/** The same guesses, where every eighth sample has none. */
export const withGaps: Guesses = {
  ...guesses,
  confidences: guesses.confidences.map((value, i) => (i % 8 === 0 ? NaN : value)),
}

export const columns = (labelList: number[], guessList: number[], confidences?: number[]): Guesses => ({
  labels: Int32Array.from(labelList),
  guesses: Int32Array.from(guessList),
  confidences: Float32Array.from(confidences ?? guessList.map(() => 0.5)),
})

/** Numbers, each to within 1e-9; an infinite one as it is. */
export const near = (values: Iterable<number>): unknown[] => Array.from(values, nearTo)
export const nearTo = (value: number): unknown => (Number.isFinite(value) ? expect.closeTo(value, 9) : value)

import { UsageError } from '../errors.ts'

/** In place of a class where a network made no guess. */
export const NO_GUESS = -1

/**
 * The first guess of each of n samples. A sample whose confidence is NaN has no guess, whatever stands in `guesses`:
 * it counts as wrong.
 */
export interface Guesses {
  /** int32 [n], classes from 0 */
  readonly labels: Int32Array
  /** int32 [n], the class with the highest score; {@link NO_GUESS} where there is none */
  readonly guesses: Int32Array
  /** float32 [n], the probability of that class, 0 to 1 */
  readonly confidences: Float32Array
}

/** The scores of n samples for each class. A sample with a score that is not finite has no guess and no probabilities. */
export interface Logits {
  readonly classes: number
  /** int32 [n], classes from 0 */
  readonly labels: Int32Array
  /** float32 [n, classes], one sample after the other */
  readonly logits: Float32Array
}

/** Places in the columns of an evaluation, for figures of a part of it; a place may come more than once. All where absent. */
export type Rows = Int32Array | undefined

/** The place of the i-th sample that is meant. */
export const rowAt = (rows: Rows, i: number): number => (rows === undefined ? i : rows[i]!)

/**
 * How many samples are meant.
 * @throws UsageError where there are none, or a place is not one of the columns
 */
export function countOf({ labels }: { readonly labels: Int32Array }, rows: Rows): number {
  const count = rows === undefined ? labels.length : rows.length
  if (count === 0) throw new UsageError('There are no figures of no samples; choose at least one.')
  const outside = rows?.find((row) => !(row >= 0 && row < labels.length))
  if (outside !== undefined)
    throw new UsageError(`There is no sample ${outside} among ${labels.length}; use places of the same evaluation.`)
  return count
}

/** The first guess of a sample, or {@link NO_GUESS}. */
export const guessOf = ({ guesses, confidences }: Guesses, row: number): number =>
  Number.isNaN(confidences[row]!) ? NO_GUESS : guesses[row]!

/** 1 where the first guess of a sample is its label, else 0. */
export const isRight = (samples: Guesses, row: number): 0 | 1 => (guessOf(samples, row) === samples.labels[row] ? 1 : 0)

/** What is thrown where a label or a guess is not a class. */
export const noClass = (kind: 'label' | 'guess', row: number, value: number, classes: number): UsageError =>
  new UsageError(
    `The ${kind} of sample ${row} is ${value}, and not one of the ${classes} classes from 0; use the columns of one evaluation.`,
  )

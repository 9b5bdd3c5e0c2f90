import { UsageError } from '../errors.ts'
import { bootstrap, Z95, type Interval } from './intervals.ts'
import { isRight, type Guesses } from './samples.ts'

/** Places of samples in two evaluations of the same ones, int32. */
export interface ChangedSamples {
  /** Wrong in the first, right in the second. */
  readonly fixed: Int32Array
  /** Right in the first, wrong in the second. */
  readonly broken: Int32Array
  readonly bothWrong: Int32Array
}

/**
 * The samples that not both have right: the fixed and the broken by how much the probability of their label changed, the
 * largest change first, the others by how unlikely both take it to be. Equal ones stay in order.
 * @param firstLikely the probability of each label, float32; NaN, where there is none, counts as 0
 */
export function changedSamples(
  first: Guesses,
  second: Guesses,
  firstLikely: Float32Array,
  secondLikely: Float32Array,
): ChangedSamples {
  const places: [bothWrong: number[], broken: number[], fixed: number[]] = [[], [], []]
  for (let i = 0; i < first.labels.length; i++) places[isRight(first, i) + 2 * isRight(second, i)]?.push(i)
  const [bothWrong, broken, fixed] = places
  const rise = (i: number) => (secondLikely[i]! || 0) - (firstLikely[i]! || 0)
  return {
    fixed: ordered(fixed, (i) => -rise(i)),
    broken: ordered(broken, rise),
    bothWrong: ordered(bothWrong, (i) => (secondLikely[i]! || 0) + (firstLikely[i]! || 0)),
  }
}

const ordered = (places: number[], by: (place: number) => number) =>
  Int32Array.from(places.sort((a, b) => by(a) - by(b)))

/** The mean losses of the samples that have one in both evaluations, in nats. */
export interface LossDifference {
  readonly samples: number
  readonly first: number
  readonly second: number
  /** Of the second less the first: below 0 where the second is better. */
  readonly difference: number
  /** 95 %: by a bootstrap of the samples; of very many by the normal distribution, which the mean of these follows. */
  readonly interval: Interval
}

/** As many take a bootstrap a few seconds. */
const MOST_DRAWN = 100_000

/**
 * Compares the losses of the same samples, float32 each.
 * @param seed the same one gives the same interval
 * @returns undefined where no sample has two finite losses
 * @throws UsageError where the columns are of different lengths
 */
export function lossDifference(first: Float32Array, second: Float32Array, seed: number): LossDifference | undefined {
  if (first.length !== second.length)
    throw new UsageError(`There are ${first.length} losses and ${second.length}; compare those of the same samples.`)
  const rows = Int32Array.from(first.keys()).filter((i) => Number.isFinite(first[i]! + second[i]!))
  if (rows.length === 0) return undefined
  const differences = Float64Array.from(first, (loss, i) => second[i]! - loss)
  return {
    samples: rows.length,
    first: meanOf(first, rows),
    second: meanOf(second, rows),
    difference: meanOf(differences, rows),
    interval:
      rows.length > MOST_DRAWN
        ? normalInterval(differences, rows)
        : bootstrap(rows, (drawn) => meanOf(differences, drawn), { seed })!,
  }
}

function normalInterval(values: Float64Array, rows: Int32Array): Interval {
  const mean = meanOf(values, rows)
  const variance = rows.reduce((sum, row) => sum + (values[row]! - mean) ** 2, 0) / (rows.length - 1)
  const half = Z95 * Math.sqrt(variance / rows.length)
  return { low: mean - half, high: mean + half }
}

function meanOf(values: Float32Array | Float64Array, rows: Int32Array): number {
  let sum = 0
  for (let i = 0; i < rows.length; i++) sum += values[rows[i]!]!
  return sum / rows.length
}

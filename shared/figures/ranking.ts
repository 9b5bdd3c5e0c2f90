import { UsageError } from '../errors.ts'
import { sortDescending } from './sort-floats.ts'

/** Scores of samples in falling order, those of what is looked for apart from the rest. */
export interface Ranking {
  /** float32, falling; -Infinity for samples without a score, which come after all others */
  readonly positives: Float32Array
  /** float32, falling, the same of the rest */
  readonly negatives: Float32Array
  /** How many have no score. */
  readonly withoutScore: number
}

/**
 * Puts samples in the order of their scores.
 * @param scores float32 [n]; NaN where a sample has none
 * @param positive [n], 1 for what is looked for, else 0
 * @throws UsageError where there are no samples
 */
export function rank(scores: Float32Array, positive: Uint8Array): Ranking {
  if (scores.length === 0) throw new UsageError('There is no ranking of no samples; choose at least one.')
  let count = 0
  for (let i = 0; i < positive.length; i++) count += positive[i]!
  const positives = new Float32Array(count)
  const negatives = new Float32Array(scores.length - count)
  let [p, n, withoutScore] = [0, 0, 0]
  for (let i = 0; i < scores.length; i++) {
    const isNumber = !Number.isNaN(scores[i]!)
    const score = isNumber ? scores[i]! : -Infinity
    if (!isNumber) withoutScore += 1
    if (positive[i]) positives[p++] = score
    else negatives[n++] = score
  }
  return sorted({ positives, negatives, withoutScore })
}

/** Puts the columns of a ranking in order, in place. */
export function sorted(ranking: Ranking): Ranking {
  sortDescending(ranking.positives)
  sortDescending(ranking.negatives)
  return ranking
}

/**
 * Goes down through the different scores: with each, how many positives and negatives have at least that score.
 * Samples of one score come together, as scikit-learn has it.
 */
export function eachThreshold(
  { positives, negatives }: Ranking,
  visit: (threshold: number, positives: number, negatives: number) => void,
): void {
  let p = 0
  let n = 0
  while (p < positives.length || n < negatives.length) {
    const isPositive = p < positives.length && !(n < negatives.length && negatives[n]! > positives[p]!)
    const threshold = isPositive ? positives[p]! : negatives[n]!
    while (p < positives.length && positives[p] === threshold) p++
    while (n < negatives.length && negatives[n] === threshold) n++
    visit(threshold, p, n)
  }
}

/** How many of a column of {@link Ranking} are at least as high as a threshold. */
export function countAbove(falling: Float32Array, threshold: number): number {
  let low = 0
  let high = falling.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (falling[middle]! >= threshold) low = middle + 1
    else high = middle
  }
  return low
}

/** How well scores find the positives. A figure that would divide by 0 is absent. */
export interface RankingAreas {
  /**
   * The area under the ROC curve, 0 to 1: the probability that a positive comes before a negative, a tie being half
   * (Hanley & McNeil 1982); absent without positives or without negatives.
   */
  readonly rocArea?: number
  /** The sum of precision times the rise of recall, without interpolation, 0 to 1; absent without positives. */
  readonly averagePrecision?: number
}

/**
 * Both areas, from the place of each negative among the positives alone: of a thousand classes most samples are
 * negatives, and these need no sorting.
 * @param positives float32, falling
 * @param negatives float32, in any order
 */
export function areasOf({ positives, negatives }: Pick<Ranking, 'positives' | 'negatives'>): RankingAreas {
  const lower = lowerPositives(positives)
  /** By how many positives are higher, how many negatives there are. */
  const places = new Float64Array(positives.length + 1)
  let losses = 0
  for (let i = 0; i < negatives.length; i++) {
    const score = negatives[i]!
    const higher = countHigher(positives, score)
    places[higher]! += 1
    losses += higher
    if (positives[higher] === score) losses += (lower[higher]! - higher) / 2
  }
  const averagePrecision = sumOfPrecisions(lower, places) / positives.length
  return {
    ...(positives.length > 0 && negatives.length > 0 && { rocArea: losses / positives.length / negatives.length }),
    ...(positives.length > 0 && { averagePrecision }),
  }
}

/** For each positive, in falling order, where the next lower one is. */
function lowerPositives(positives: Float32Array): Int32Array {
  const lower = new Int32Array(positives.length)
  for (let i = positives.length - 1; i >= 0; i--) lower[i] = positives[i] === positives[i + 1] ? lower[i + 1]! : i + 1
  return lower
}

function countHigher(falling: Float32Array, score: number): number {
  let low = 0
  let high = falling.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (falling[middle]! > score) low = middle + 1
    else high = middle
  }
  return low
}

/** At each different score of the positives: how many have it, times the share of positives from it up. */
function sumOfPrecisions(lower: Int32Array, places: Float64Array): number {
  let [sum, negatives] = [0, 0]
  for (let from = 0; from < lower.length; from = lower[from]!) {
    const to = lower[from]!
    negatives += places[from]!
    sum += ((to - from) * to) / (to + negatives)
  }
  return sum
}

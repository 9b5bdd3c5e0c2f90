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
  sortDescending(positives)
  sortDescending(negatives)
  return { positives, negatives, withoutScore }
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

/** The areas of a ranking. */
export const areasOf = ({ positives, negatives }: Ranking): RankingAreas =>
  areasAmong(positives, [positives, negatives])

/**
 * Both areas, from the place of each score among those of the positives alone: of a thousand classes most samples are
 * negatives, and these need no sorting.
 * @param positives float32, falling
 * @param scores float32, in any order: all, the positives' among them
 */
export function areasAmong(positives: Float32Array, scores: readonly Float32Array[]): RankingAreas {
  const count = positives.length
  const lower = lowerPositives(positives)
  /** By how many positives are higher, how many scores there are. */
  const places = new Float64Array(count + 1)
  let losses = 0
  for (const column of scores) losses += countPlaces(positives, lower, column, places)
  // Positives lose to each other as well: each pair once, and each half to itself.
  losses -= count ** 2 / 2
  const negatives = scores.reduce((sum, { length }) => sum + length, 0) - count
  return {
    ...(count > 0 && negatives > 0 && { rocArea: losses / count / negatives }),
    ...(count > 0 && { averagePrecision: sumOfPrecisions(lower, places) / count }),
  }
}

/** For each positive, in falling order, where the next lower one is. */
function lowerPositives(positives: Float32Array): Int32Array {
  const lower = new Int32Array(positives.length)
  for (let i = positives.length - 1; i >= 0; i--) lower[i] = positives[i] === positives[i + 1] ? lower[i + 1]! : i + 1
  return lower
}

/** Counts scores by how many positives are higher, and sums that up; a tie is half. */
function countPlaces(positives: Float32Array, lower: Int32Array, scores: Float32Array, places: Float64Array): number {
  const { starts, lowest, scale } = shelve(positives)
  const last = starts.length - 2
  let losses = 0
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!
    const shelf = last - shelfOf(score, lowest, scale, last)
    let higher = starts[shelf]!
    let high = starts[shelf + 1]!
    while (higher < high) {
      const middle = (higher + high) >>> 1
      if (positives[middle]! > score) higher = middle + 1
      else high = middle
    }
    places[higher]! += 1
    losses += higher
    if (positives[higher] === score) losses += (lower[higher]! - higher) / 2
  }
  return losses
}

/** Shelves of equal width for the positives, from the highest: most are empty or hold one, and little is left to search. */
function shelve(positives: Float32Array): { starts: Int32Array; lowest: number; scale: number } {
  const shelves = Math.min(65_536, 8 * positives.length + 1)
  // Those without a score are in the last one.
  let finite = positives.length
  while (finite > 0 && positives[finite - 1] === -Infinity) finite -= 1
  const lowest = finite > 0 ? positives[finite - 1]! : 0
  const width = finite > 0 ? positives[0]! - lowest : 0
  const scale = width > 0 ? shelves / width : 0
  const starts = new Int32Array(shelves + 1)
  for (const score of positives) starts[shelves - shelfOf(score, lowest, scale, shelves - 1)]! += 1
  for (let i = 0; i < shelves; i++) starts[i + 1]! += starts[i]!
  return { starts, lowest, scale }
}

/** From 0 for the lowest. Infinity times 0 is no number, which the bits make 0. */
const shelfOf = (score: number, lowest: number, scale: number, last: number) =>
  Math.max(0, Math.min(last, (score - lowest) * scale)) | 0

/** At each different score of the positives: how many have it, times the share of positives from it up. */
function sumOfPrecisions(lower: Int32Array, places: Float64Array): number {
  let [sum, found] = [0, 0]
  for (let from = 0; from < lower.length; from = lower[from]!) {
    const to = lower[from]!
    found += places[from]!
    sum += ((to - from) * to) / found
  }
  return sum
}

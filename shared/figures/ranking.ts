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

/** How well a ranking finds the positives. A figure that would divide by 0 is absent. */
export interface RankingAreas {
  /**
   * The area under the ROC curve, 0 to 1: the probability that a positive comes before a negative, a tie being half
   * (Hanley & McNeil 1982); absent without positives or without negatives.
   */
  readonly rocArea?: number
  /** The sum of precision times the rise of recall, without interpolation, 0 to 1; absent without positives. */
  readonly averagePrecision?: number
}

export function areasOf(ranking: Ranking): RankingAreas {
  const [positives, negatives] = [ranking.positives.length, ranking.negatives.length]
  let [p, n, twiceArea, precisions] = [0, 0, 0, 0]
  eachThreshold(ranking, (_threshold, p1, n1) => {
    twiceArea += (n1 - n) * (p1 + p)
    precisions += ((p1 - p) * p1) / (p1 + n1)
    p = p1
    n = n1
  })
  return {
    ...(positives > 0 && negatives > 0 && { rocArea: twiceArea / 2 / positives / negatives }),
    ...(positives > 0 && { averagePrecision: precisions / positives }),
  }
}

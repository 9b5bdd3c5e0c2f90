import { thin, trace, type Curve } from './curves.ts'
import { wilson, type Interval } from './intervals.ts'
import { countAbove, eachThreshold, rank, type Ranking } from './ranking.ts'
import { countOf, isRight, rowAt, type Guesses, type Rows } from './samples.ts'

/**
 * Samples by the confidence of their first guess, the right ones (positives) apart from the wrong ones, for the figures
 * below. Takes the time of a sort; each figure after it takes next to none.
 * @throws UsageError where there are no samples
 */
export function rankByConfidence(samples: Guesses, rows?: Rows): Ranking {
  const count = countOf(samples, rows)
  const confidences = new Float32Array(count)
  const right = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    const row = rowAt(rows, i)
    confidences[i] = samples.confidences[row]!
    right[i] = isRight(samples, row)
  }
  return rank(confidences, right)
}

/** What becomes of the samples if only guesses of at least some confidence are taken. */
export interface ThresholdFigures {
  /** A confidence, 0 to 1. */
  readonly threshold: number
  /** Samples whose guess is at least so confident, and those of them that are right. */
  readonly covered: number
  readonly right: number
  /** The share of all samples that is covered, 0 to 1. One without a guess never is. */
  readonly coverage: number
  /** The share of the covered that is right, 0 to 1, and its 95 % interval; absent where none is covered. */
  readonly accuracy?: number
  readonly accuracyInterval?: Interval
}

export function atThreshold(ranking: Ranking, threshold: number): ThresholdFigures {
  // -Infinity stands for those without a confidence, which no threshold takes in.
  const least = Math.max(threshold, 0)
  const right = countAbove(ranking.positives, least)
  const covered = right + countAbove(ranking.negatives, least)
  return {
    threshold,
    covered,
    right,
    coverage: covered / (ranking.positives.length + ranking.negatives.length),
    ...(covered > 0 && { accuracy: right / covered, accuracyInterval: wilson(right, covered)! }),
  }
}

/**
 * The accuracy of the covered (y, 0 to 1) over the coverage (x, 0 to 1) at each confidence that occurs. The first point
 * covers nothing, and its accuracy is NaN.
 * @param limit most points, see {@link thin}
 */
export function coverageCurve(ranking: Ranking, limit = Infinity): Curve {
  const samples = ranking.positives.length + ranking.negatives.length
  const all = trace(ranking, { x: 0, y: NaN }, (p, n) => ({ x: (p + n) / samples, y: p / (p + n) }))
  const count = all.thresholds.length - (ranking.withoutScore > 0 ? 1 : 0)
  const curve = {
    x: all.x.subarray(0, count),
    y: all.y.subarray(0, count),
    thresholds: all.thresholds.subarray(0, count),
  }
  return thin(curve, (i) => curve.x[i]!, limit)
}

/**
 * The figures at the lowest threshold whose accuracy is at least `precision`, so that as many guesses as possible are
 * taken; undefined where none reaches it.
 * @param precision 0 to 1
 */
export function lowestThreshold(ranking: Ranking, precision: number): ThresholdFigures | undefined {
  let lowest: number | undefined
  eachThreshold(ranking, (threshold, right, wrong) => {
    if (threshold >= 0 && right / (right + wrong) >= precision) lowest = threshold
  })
  return lowest === undefined ? undefined : atThreshold(ranking, lowest)
}

import { UsageError } from '../errors.ts'
import { wilson, type Interval } from './intervals.ts'
import { eachThreshold, type Ranking } from './ranking.ts'
import { rowAt, type Logits, type Rows } from './samples.ts'
import { countOfLogits, highestLogit } from './softmax.ts'

/** Samples of similar confidence. */
export interface ReliabilityBin {
  /** The confidences it is for: above `from` (0 is in the first) up to `to`; of equal mass, its lowest and highest. */
  readonly from: number
  readonly to: number
  readonly samples: number
  readonly right: number
  /** The mean confidence and the share of right guesses, 0 to 1, with its 95 % interval; absent in an empty bin. */
  readonly confidence?: number
  readonly accuracy?: number
  readonly accuracyInterval?: Interval
}

export interface Reliability {
  readonly bins: readonly ReliabilityBin[]
  /**
   * The expected and the maximum calibration error, 0 to 1: mean by samples and maximum of |accuracy - confidence| of
   * the bins (Guo et al., "On Calibration of Modern Neural Networks", 2017, arXiv 1706.04599); absent where no sample
   * has a confidence.
   */
  readonly expectedError?: number
  readonly maximumError?: number
  /** Samples that are in no bin, since they have no confidence. */
  readonly withoutConfidence: number
}

/** Bins of the same width, or with about the same number of samples. */
export type Spacing = 'width' | 'mass'

/**
 * How far the confidence of first guesses is from how often they are right.
 * @param ranking by confidence, as `rankByConfidence` makes it
 * @param bins how many; of equal mass there are less where samples of one confidence, which stay together, fill several
 * @throws UsageError where `bins` is not a positive integer
 */
export function reliability(ranking: Ranking, bins = 15, spacing: Spacing = 'width'): Reliability {
  if (!Number.isSafeInteger(bins) || bins < 1)
    throw new UsageError(`The number of bins is ${bins}; set a whole number from 1.`)
  const samples = ranking.positives.length + ranking.negatives.length - ranking.withoutScore
  const found =
    spacing === 'width'
      ? sumUp(ranking, bins, (confidence) => Math.ceil(confidence * bins) - 1)
      : sumUp(ranking, bins, (_confidence, below) => Math.floor((below * bins) / samples))
  const shown =
    spacing === 'width'
      ? found.map((bin, i) => ({ ...bin, from: i / bins, to: (i + 1) / bins }))
      : found.filter((bin) => bin.samples > 0)
  const gaps = shown.map((bin) => Math.abs(bin.right - bin.sum))
  return {
    bins: shown.map(describe),
    ...(samples > 0 && {
      expectedError: gaps.reduce((sum, gap) => sum + gap, 0) / samples,
      maximumError: gaps.reduce((most, gap, i) => Math.max(most, gap / Math.max(1, shown[i]!.samples)), 0),
    }),
    withoutConfidence: ranking.withoutScore,
  }
}

interface Sums {
  from: number
  to: number
  samples: number
  right: number
  /** Of the confidences. */
  sum: number
}

/** @param binOf of a confidence, and how many samples have a lower one */
function sumUp(ranking: Ranking, bins: number, binOf: (confidence: number, below: number) => number): Sums[] {
  const sums = Array.from({ length: bins }, (): Sums => ({ from: 0, to: 0, samples: 0, right: 0, sum: 0 }))
  const all = ranking.positives.length + ranking.negatives.length - ranking.withoutScore
  let [right, wrong] = [0, 0]
  eachThreshold(ranking, (confidence, p, n) => {
    // Those without a confidence.
    if (confidence === -Infinity) return
    const samples = p - right + n - wrong
    const bin = sums[Math.min(bins - 1, Math.max(0, binOf(confidence, all - p - n)))]!
    if (bin.samples === 0) bin.to = confidence
    bin.from = confidence
    bin.samples += samples
    bin.right += p - right
    bin.sum += samples * confidence
    right = p
    wrong = n
  })
  return sums
}

const describe = ({ from, to, samples, right, sum }: Sums): ReliabilityBin => ({
  from,
  to,
  samples,
  right,
  ...(samples > 0 && {
    confidence: sum / samples,
    accuracy: right / samples,
    accuracyInterval: wilson(right, samples)!,
  }),
})

/** How good the probabilities of all classes are. */
export interface ProbabilityFigures {
  /** Samples that have probabilities, and those that do not, which no mean has in it. */
  readonly samples: number
  readonly withoutProbabilities: number
  /** The mean of -log of the probability of the label, from 0, in nats; absent of no samples. */
  readonly negativeLogLikelihood?: number
  /**
   * The mean over samples of the sum over classes of (probability - label)², 0 to 2 (Brier, "Verification of forecasts
   * expressed in terms of probability", 1950); absent of no samples.
   */
  readonly brier?: number
}

/**
 * @param temperature divides the logits
 * @param briers takes the share of each sample in the Brier score, by its place; it stays as it is where there is none
 * @throws UsageError where there are no samples, or the columns do not fit together
 */
export function probabilityFigures(
  samples: Logits,
  rows?: Rows,
  temperature = 1,
  briers?: Float64Array,
): ProbabilityFigures {
  const { classes, labels, logits } = samples
  const count = countOfLogits(samples, rows)
  let [known, logLoss, squares] = [0, 0, 0]
  for (let i = 0; i < count; i++) {
    const row = rowAt(rows, i)
    const from = row * classes
    const highest = highestLogit(logits, from, classes)
    let [sum, ofSquares] = [0, 0]
    for (let j = from; j < from + classes; j++) {
      const e = Math.exp((logits[j]! - highest) / temperature)
      sum += e
      ofSquares += e * e
    }
    if (Number.isNaN(sum)) continue
    const ofLabel = (logits[from + labels[row]!]! - highest) / temperature
    known += 1
    logLoss += Math.log(sum) - ofLabel
    const brier = ofSquares / (sum * sum) - (2 * Math.exp(ofLabel)) / sum + 1
    squares += brier
    if (briers) briers[row] = brier
  }
  return {
    samples: known,
    withoutProbabilities: count - known,
    ...(known > 0 && { negativeLogLikelihood: logLoss / known, brier: squares / known }),
  }
}

import { UsageError } from '../errors.ts'
import { probabilityFigures, reliability } from './calibration.ts'
import { shuffle } from './random.ts'
import { rowAt, type Logits, type Rows } from './samples.ts'
import { firstGuesses, highestLogit, logNormalisers } from './softmax.ts'
import { rankByConfidence } from './thresholds.ts'

/** Temperatures that are looked at: 1/100 to 100. */
const COLDEST = 0.01
const HOTTEST = 100
const MOST_STEPS = 100
/** Of the inverse temperature, relative: a fit whose next step is smaller has converged, to about its square. */
const SMALLEST_STEP = 1e-6

export interface Temperature {
  readonly temperature: number
  /** False where the likelihood still rises at 1/100 or 100, as where every guess is right: no temperature is best. */
  readonly converged: boolean
}

/** Means over samples, as `calibration.ts` has them; the error is that of bins of equal width. */
export interface CalibrationFigures {
  readonly negativeLogLikelihood: number
  readonly brier: number
  readonly expectedError: number
}

export interface TemperatureScaling extends Temperature {
  /** Samples that the temperature was fitted on, others that it was measured on, and those without probabilities. */
  readonly fitted: number
  readonly measured: number
  readonly withoutProbabilities: number
  /** Of the samples that were measured, at temperature 1 and at the fitted one. */
  readonly before: CalibrationFigures
  readonly after: CalibrationFigures
}

export interface TemperatureOptions {
  /** An integer; chooses which samples are fitted. */
  readonly seed: number
  /** The share of samples that are fitted; 0.5 where absent. */
  readonly fitShare?: number
  /** Of the calibration error; 15 where absent. */
  readonly bins?: number
}

/**
 * Fits a temperature on a part of the samples, and says what it changes on the others.
 * @throws UsageError where the columns do not fit together, there are not two samples with probabilities, or the share
 * is not between 0 and 1
 */
export function scaleTemperature(
  samples: Logits,
  { seed, fitShare = 0.5, bins = 15 }: TemperatureOptions,
  rows?: Rows,
): TemperatureScaling {
  if (!(fitShare > 0 && fitShare < 1))
    throw new UsageError(`The share of samples to fit is ${fitShare}; set one between 0 and 1.`)
  const normalisers = logNormalisers(samples, rows)
  const all = Int32Array.from(normalisers, (_, i) => rowAt(rows, i))
  const known = all.filter((_, i) => !Number.isNaN(normalisers[i]!))
  if (known.length < 2)
    throw new UsageError('A temperature takes two samples with finite logits: one to fit, one to measure; choose more.')
  shuffle(known, seed)
  const fitted = Math.min(known.length - 1, Math.max(1, Math.round(known.length * fitShare)))
  const fit = fitTemperature(samples, known.subarray(0, fitted))
  const others = known.subarray(fitted)
  return {
    ...fit,
    fitted,
    measured: others.length,
    withoutProbabilities: all.length - known.length,
    before: figuresAt(1, samples, others, bins),
    after: figuresAt(fit.temperature, samples, others, bins),
  }
}

function figuresAt(temperature: number, samples: Logits, rows: Int32Array, bins: number): CalibrationFigures {
  const { negativeLogLikelihood, brier } = probabilityFigures(samples, rows, temperature)
  const { expectedError } = reliability(rankByConfidence(firstGuesses(samples, rows, temperature)), bins)
  return { negativeLogLikelihood: negativeLogLikelihood!, brier: brier!, expectedError: expectedError! }
}

/**
 * The temperature that makes labels most likely (Guo et al. 2017, section 4.2). The negative log-likelihood is convex
 * in the inverse temperature: Newton's method finds its lowest point, and where that is slow or leaves what the slopes
 * so far allow, halving does.
 * @param rows of samples with finite logits, one at least
 */
export function fitTemperature(samples: Logits, rows?: Rows): Temperature {
  let inverse = 1
  let { slope, curvature } = derivatives(samples, rows, inverse)
  if (slope === 0) return { temperature: 1, converged: true }
  const far = 1 / (slope < 0 ? COLDEST : HOTTEST)
  if (derivatives(samples, rows, far).slope * slope >= 0) return { temperature: 1 / far, converged: false }
  let [low, high] = far > 1 ? [1, far] : [far, 1]
  let before = Infinity
  for (let step = 0; step < MOST_STEPS; step++) {
    const newton = inverse - slope / curvature
    if (Math.abs(newton - inverse) <= SMALLEST_STEP * inverse) return { temperature: 1 / newton, converged: true }
    const isFast = newton > low && newton < high && Math.abs(slope) <= before / 4
    before = Math.abs(slope)
    inverse = isFast ? newton : Math.sqrt(low * high)
    ;({ slope, curvature } = derivatives(samples, rows, inverse))
    if (slope < 0) low = inverse
    else high = inverse
  }
  return { temperature: 1 / inverse, converged: false }
}

/**
 * The first and the second derivative of the mean negative log-likelihood by the inverse temperature: the mean logit
 * under the probabilities less that of the label, and the variance of the logits under them.
 */
function derivatives({ classes, labels, logits }: Logits, rows: Rows, inverse: number) {
  const count = rows === undefined ? labels.length : rows.length
  let [slope, curvature] = [0, 0]
  for (let i = 0; i < count; i++) {
    const row = rowAt(rows, i)
    const from = row * classes
    const highest = highestLogit(logits, from, classes)
    let [sum, first, second] = [0, 0, 0]
    for (let j = from; j < from + classes; j++) {
      const logit = logits[j]! - highest
      const e = Math.exp(inverse * logit)
      sum += e
      first += e * logit
      second += e * logit * logit
    }
    const mean = first / sum
    slope += mean - (logits[from + labels[row]!]! - highest)
    curvature += second / sum - mean * mean
  }
  return { slope: slope / count, curvature: curvature / count }
}

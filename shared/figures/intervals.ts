import { UsageError } from '../errors.ts'
import { below, randomNumbers } from './random.ts'

/** Both ends of a confidence interval. */
export interface Interval {
  readonly low: number
  readonly high: number
}

/** The 97.5th percentile of the normal distribution: two-sided intervals of 95 %. */
export const Z95 = 1.959963984540054

/**
 * The 95 % score interval of a share (Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
 * JASA 22, 1927).
 * @param hits of `samples`, 0 to `samples`
 * @returns shares, 0 to 1; undefined of no samples
 */
export function wilson(hits: number, samples: number): Interval | undefined {
  if (samples === 0) return undefined
  const share = hits / samples
  const z2 = Z95 ** 2
  const scale = 1 + z2 / samples
  const centre = (share + z2 / (2 * samples)) / scale
  const half = (Z95 * Math.sqrt((share * (1 - share)) / samples + z2 / (4 * samples ** 2))) / scale
  // The formula gives these ends exactly; rounding does not.
  return { low: hits === 0 ? 0 : centre - half, high: hits === samples ? 1 : centre + half }
}

export interface BootstrapOptions {
  /** An integer; the same one gives the same interval, on every machine. */
  readonly seed: number
  /** How often to draw; 1000 where absent. */
  readonly resamples?: number
  /** How much of the distribution lies inside; 0.95 where absent. */
  readonly level?: number
}

export interface BootstrapInterval extends Interval {
  /** Draws whose statistic was a number, and those it was NaN for, which the interval leaves out. */
  readonly resamples: number
  readonly withoutValue: number
}

/**
 * The percentile interval of any statistic of samples (Efron & Tibshirani, "An Introduction to the Bootstrap", 1993,
 * chapter 13): its quantiles over lists as long as the samples, drawn from them with replacement.
 * A draw takes a few tens of nanoseconds a sample: of a share, {@link wilson} says the same at once.
 * @param rows the samples, places in columns
 * @param statistic of a list of places, which is overwritten with the next draw
 * @returns undefined where the statistic was NaN for every draw
 * @throws UsageError where there are no samples, or the options are out of range
 */
export function bootstrap(
  rows: Int32Array,
  statistic: (rows: Int32Array) => number,
  options: BootstrapOptions,
): BootstrapInterval | undefined {
  const values: number[] = []
  eachDraw(rows, options, (drawn) => values.push(statistic(drawn)))
  return drawnInterval(values, options.level)
}

/**
 * Draws lists as long as the samples from them, with replacement.
 * @param visit each, which is overwritten with the next one
 * @throws UsageError where there are no samples, or the options are out of range
 */
export function eachDraw(
  rows: Int32Array,
  { seed, resamples = 1000, level = 0.95 }: BootstrapOptions,
  visit: (rows: Int32Array) => void,
): void {
  if (rows.length === 0) throw new UsageError('There is no interval of no samples; choose at least one.')
  if (!Number.isSafeInteger(resamples) || resamples < 1 || !(level > 0 && level < 1))
    throw new UsageError('A bootstrap takes at least one draw and a level between 0 and 1; set both so.')
  const numbers = randomNumbers(seed)
  const drawn = new Int32Array(rows.length)
  for (let r = 0; r < resamples; r++) {
    for (let i = 0; i < drawn.length; i++) drawn[i] = rows[below(numbers, rows.length)]!
    visit(drawn)
  }
}

/**
 * The percentile interval of a statistic from its values for each draw.
 * @returns undefined where it was NaN for every draw
 */
export function drawnInterval(values: ArrayLike<number>, level = 0.95): BootstrapInterval | undefined {
  const known = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort()
  if (known.length === 0) return undefined
  return {
    low: quantile(known, (1 - level) / 2),
    high: quantile(known, (1 + level) / 2),
    resamples: known.length,
    withoutValue: values.length - known.length,
  }
}

/**
 * The 95 % interval of an average precision by the logit method (Boyd, Eng & Page, "Area under the Precision-Recall
 * Curve: Point Estimates and Confidence Intervals", ECML PKDD 2013): a bootstrap of each of a thousand classes would
 * take hours.
 * @param positives samples of the class
 * @returns within 0 and 1; undefined at the ends, where the method has none
 */
export function averagePrecisionInterval(averagePrecision: number, positives: number): Interval | undefined {
  if (!(averagePrecision > 0 && averagePrecision < 1) || positives === 0) return undefined
  const centre = Math.log(averagePrecision / (1 - averagePrecision))
  const half = Z95 / Math.sqrt(positives * averagePrecision * (1 - averagePrecision))
  const share = (logit: number) => 1 / (1 + Math.exp(-logit))
  return { low: share(centre - half), high: share(centre + half) }
}

/** Between the values on either side, linearly (Hyndman & Fan 1996, type 7). */
function quantile(ascending: Float64Array, share: number): number {
  const place = share * (ascending.length - 1)
  const below = ascending[Math.floor(place)]!
  const above = ascending[Math.ceil(place)]!
  // Equal ends may be infinite, and infinity less itself is no number.
  return below === above ? below : below + (above - below) * (place - Math.floor(place))
}

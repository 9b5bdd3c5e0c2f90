import { UsageError } from '../errors.ts'
import { countOf, NO_GUESS, noClass, rowAt, type Guesses, type Logits, type Rows } from './samples.ts'

/**
 * The highest logit of the sample whose logits begin at `from`; NaN where one is infinite. One that is NaN is passed
 * over: it makes every sum of exponentials NaN.
 */
export function highestLogit(logits: Float32Array, from: number, classes: number): number {
  let highest = -Infinity
  let lowest = Infinity
  for (let i = from; i < from + classes; i++) {
    const logit = logits[i]!
    if (logit > highest) highest = logit
    if (logit < lowest) lowest = logit
  }
  return highest === Infinity || lowest === -Infinity ? NaN : highest
}

/**
 * How many samples are meant.
 * @throws UsageError where there are none, as many logits as labels and classes do not ask for, or a label that is not a class
 */
export function countOfLogits(samples: Logits, rows: Rows): number {
  const { classes, labels, logits } = samples
  if (logits.length !== labels.length * classes)
    throw new UsageError(
      `There are ${logits.length} logits for ${labels.length} samples and ${classes} classes; use the columns of one evaluation.`,
    )
  const row = labels.findIndex((label) => !(label >= 0 && label < classes))
  if (row >= 0) throw noClass('label', row, labels[row]!, classes)
  return countOf(samples, rows)
}

/** The sum of exp((logit - highest) / temperature) of the same sample: one over it is the probability of the highest. */
function sumOfExponentials(
  logits: Float32Array,
  from: number,
  classes: number,
  highest: number,
  temperature = 1,
): number {
  let sum = 0
  for (let i = from; i < from + classes; i++) sum += Math.exp((logits[i]! - highest) / temperature)
  return sum
}

/**
 * The logarithm of the sum of exp(logit) of each sample: a logit less it is the logarithm of a probability. float64, an
 * entry a sample; NaN where a logit is not finite.
 * @throws UsageError as {@link countOfLogits}
 */
export function logNormalisers(samples: Logits, rows?: Rows): Float64Array {
  const { classes, logits } = samples
  const normalisers = new Float64Array(countOfLogits(samples, rows))
  for (let i = 0; i < normalisers.length; i++) {
    const from = rowAt(rows, i) * classes
    const highest = highestLogit(logits, from, classes)
    normalisers[i] = highest + Math.log(sumOfExponentials(logits, from, classes, highest))
  }
  return normalisers
}

/**
 * The first guess of each sample: its highest logit, of equal ones the first. The columns have an entry for each of
 * `rows`, or for all.
 * @param temperature divides the logits
 * @throws UsageError as {@link countOfLogits}
 */
export function firstGuesses(samples: Logits, rows?: Rows, temperature = 1): Guesses {
  const { classes, logits } = samples
  const count = countOfLogits(samples, rows)
  const labels = new Int32Array(count)
  const guesses = new Int32Array(count).fill(NO_GUESS)
  const confidences = new Float32Array(count).fill(NaN)
  for (let i = 0; i < count; i++) {
    const row = rowAt(rows, i)
    labels[i] = samples.labels[row]!
    const from = row * classes
    const highest = highestLogit(logits, from, classes)
    const sum = sumOfExponentials(logits, from, classes, highest, temperature)
    if (Number.isNaN(sum)) continue
    guesses[i] = logits.indexOf(highest, from) - from
    confidences[i] = 1 / sum
  }
  return { labels, guesses, confidences }
}

import { UsageError } from '../errors.ts'
import type { Logits } from './samples.ts'
import { logNormalisers } from './softmax.ts'

/**
 * Which labels are likely wrong, by confident learning: Northcutt, Jiang & Chuang 2021, "Confident Learning: Estimating
 * Uncertainty in Dataset Labels", JAIR 70, with pruning by noise rate. Honest of samples that the network was not
 * trained on; of others it has learnt the wrong labels too.
 */
export interface LabelErrors {
  /** float64 [classes], 0 to 1: how likely a class is for the samples that bear its label, on average; NaN of a class without samples */
  readonly thresholds: Float64Array
  /** float64 [classes, classes]: of each label, how many samples are confidently of each class. The confident joint, as counted. */
  readonly joint: Float64Array
  /** Places of samples whose label is likely wrong, the likeliest to be so first. */
  readonly candidates: Int32Array
  /** float32 [n], 0 to 1, how likely the label is (self-confidence): the lower, the likelier it is wrong. NaN where the network gave no numbers. */
  readonly scores: Float32Array
  /** int32 [n], the likeliest class besides the label; -1 where the network gave no numbers */
  readonly suggestions: Int32Array
  readonly withoutScore: number
}

/**
 * Memory is a few numbers a sample and a few a pair of classes: the logits are neither changed nor copied.
 * @throws UsageError where there are no samples, fewer than two classes, or columns that do not fit together
 */
export function labelErrors(samples: Logits): LabelErrors {
  if (samples.classes < 2) throw new UsageError('Labels can be wrong only where there are two classes at least.')
  const normalisers = logNormalisers(samples)
  const { scores, suggestions, selfConfidences } = judge(samples, normalisers)
  const thresholds = meansByLabel(samples, selfConfidences)
  const joint = confidentJoint(samples, normalisers, thresholds)
  const marked = pruneByNoiseRate(samples, normalisers, calibrated(joint, samples))
  const candidates = Int32Array.from(marked.keys()).filter(
    (i) => marked[i] === 1 && !isGuess(samples, i, suggestions[i]!),
  )
  candidates.sort((a, b) => scores[a]! - scores[b]! || a - b)
  const withoutScore = normalisers.reduce((sum, value) => sum + Number(Number.isNaN(value)), 0)
  return { thresholds, joint, candidates, scores, suggestions, withoutScore }
}

/** Whether no other class is likelier than the label. */
const isGuess = ({ classes, labels, logits }: Logits, row: number, other: number): boolean =>
  logits[row * classes + labels[row]!]! >= logits[row * classes + other]!

/** Rounding must not keep a sample below a threshold that it is the mean of. */
const ROUNDING = 1e-6

/** Of each sample: how likely its label is, and the likeliest other class. */
function judge({ classes, labels, logits }: Logits, normalisers: Float64Array) {
  const selfConfidences = new Float64Array(labels.length).fill(NaN)
  const scores = new Float32Array(labels.length).fill(NaN)
  const suggestions = new Int32Array(labels.length).fill(-1)
  for (let i = 0; i < labels.length; i++) {
    const [normaliser, from, label] = [normalisers[i]!, i * classes, labels[i]!]
    if (Number.isNaN(normaliser)) continue
    let other = label === 0 ? 1 : 0
    for (let k = 0; k < classes; k++) if (k !== label && logits[from + k]! > logits[from + other]!) other = k
    selfConfidences[i] = Math.exp(logits[from + label]! - normaliser)
    scores[i] = selfConfidences[i]!
    suggestions[i] = other
  }
  return { selfConfidences, scores, suggestions }
}

function meansByLabel({ classes, labels }: Logits, values: Float64Array): Float64Array {
  const sums = new Float64Array(classes)
  const counts = new Float64Array(classes)
  values.forEach((value, i) => {
    if (Number.isNaN(value)) return
    sums[labels[i]!]! += value
    counts[labels[i]!]! += 1
  })
  return sums.map((sum, k) => sum / counts[k]!)
}

/**
 * Counts each sample under its label and the class that it is confidently of: one that is at least as likely as it is
 * for the samples that bear its name; of several the likeliest of all. A sample may be of none.
 */
function confidentJoint({ classes, labels, logits }: Logits, normalisers: Float64Array, thresholds: Float64Array) {
  const joint = new Float64Array(classes * classes)
  // As logarithms; a class without samples is nobody's.
  const least = thresholds.map((mean) => (Number.isNaN(mean) ? Infinity : Math.log(Math.max(mean - ROUNDING, 0))))
  for (let i = 0; i < labels.length; i++) {
    const [normaliser, from] = [normalisers[i]!, i * classes]
    if (Number.isNaN(normaliser)) continue
    let [best, confident, found] = [0, -1, 0]
    for (let k = 0; k < classes; k++) {
      if (logits[from + k]! > logits[from + best]!) best = k
      if (logits[from + k]! - normaliser < least[k]!) continue
      confident = k
      found += 1
    }
    if (found > 0) joint[labels[i]! * classes + (found > 1 ? best : confident)]! += 1
  }
  return joint
}

/**
 * The joint as whole numbers of samples: each label has as many as bear it. A class has one sample of its own at least,
 * so that a label is not given up as a whole.
 */
function calibrated(joint: Float64Array, { classes, labels }: Logits): Int32Array {
  const counts = new Int32Array(classes)
  for (const label of labels) counts[label]! += 1
  const whole = new Int32Array(joint.length)
  for (let k = 0; k < classes; k++) {
    const row = joint.slice(k * classes, (k + 1) * classes)
    row[k] = Math.max(row[k]!, 1)
    const sum = row.reduce((total, value) => total + value, 0)
    whole.set(
      wholeParts(
        row.map((value) => (value / sum) * counts[k]!),
        counts[k]!,
      ),
      k * classes,
    )
  }
  return whole
}

/** Rounds so that the sum is kept: what is left over goes to the largest remainders (Hamilton's method). */
function wholeParts(values: Float64Array, total: number): Int32Array {
  const parts = Int32Array.from(values, Math.floor)
  const left = total - parts.reduce((sum, part) => sum + part, 0)
  const byRemainder = Int32Array.from(values.keys()).sort((a, b) => (values[b]! % 1) - (values[a]! % 1) || a - b)
  for (const k of byRemainder.subarray(0, left)) parts[k]! += 1
  return parts
}

/** Marks, of each label and other class, as many samples as there are likely to be: those with the largest margins between the two. */
function pruneByNoiseRate({ classes, labels, logits }: Logits, normalisers: Float64Array, counts: Int32Array) {
  const marked = new Uint8Array(labels.length)
  const members = placesByLabel(labels, classes, normalisers)
  members.forEach((places, label) => {
    const margins = new Float64Array(places.length)
    const order = new Int32Array(places.length)
    for (let k = 0; k < classes; k++) {
      const count = counts[label * classes + k]!
      if (k === label || count === 0) continue
      places.forEach((i, at) => {
        const from = i * classes
        margins[at] = Math.exp(logits[from + k]! - normalisers[i]!) - Math.exp(logits[from + label]! - normalisers[i]!)
        order[at] = at
      })
      order.sort((a, b) => margins[b]! - margins[a]! || a - b)
      for (const at of order.subarray(0, count)) marked[places[at]!] = 1
    }
  })
  return marked
}

/** Without samples for which the network gave no numbers. */
function placesByLabel(labels: Int32Array, classes: number, normalisers: Float64Array): Int32Array[] {
  const counts = new Int32Array(classes)
  const isJudged = (i: number) => !Number.isNaN(normalisers[i]!)
  labels.forEach((label, i) => (counts[label]! += Number(isJudged(i))))
  const members = Array.from(counts, (count) => new Int32Array(count))
  counts.fill(0)
  labels.forEach((label, i) => {
    if (isJudged(i)) members[label]![counts[label]!++] = i
  })
  return members
}

import type { Reliability } from './calibration.ts'
import { drawnInterval, eachDraw, type Interval } from './intervals.ts'
import { overallFigures, type MeanFigures, type OverallFigures } from './per-class.ts'
import { guessOf, NO_GUESS, type Guesses } from './samples.ts'

/** 95 % intervals of figures that no formula has one for, by a bootstrap of the samples. Absent where the figure is. */
export interface FigureIntervals {
  /** How often samples were drawn. */
  readonly resamples: number
  readonly loss?: Interval
  readonly brier?: Interval
  readonly balancedAccuracy?: Interval
  readonly macro: MeanIntervals
  readonly weighted: MeanIntervals
  readonly kappa?: Interval
  readonly matthews?: Interval
  /** The expected calibration error of bins of equal width and of equal mass. */
  readonly errorByWidth?: Interval
  readonly errorByMass?: Interval
  /** F1 of each class. */
  readonly f1: readonly (Interval | undefined)[]
}

export type MeanIntervals = { readonly [K in keyof MeanFigures]?: Interval }

export interface EvaluatedSamples {
  readonly classes: number
  readonly guesses: Guesses
  /** Nats; NaN where a sample has none. */
  readonly losses: Float32Array
  /** What each adds to the Brier score; NaN where it adds nothing. */
  readonly briers?: Float64Array | undefined
  readonly byWidth: Reliability
  readonly byMass: Reliability
}

/** Samples that are drawn altogether: a few seconds. Of very many each draw says the more. */
const DRAWN = 5e7
const FEWEST = 100
const MOST = 1000

/**
 * The intervals of the figures of some samples. The bins of the calibration errors are those of all of them.
 * @param rows their places, one at least
 * @param seed the same one gives the same intervals
 * @throws UsageError where there are no samples
 */
export function figureIntervals(samples: EvaluatedSamples, rows: Int32Array, seed: number): FigureIntervals {
  const resamples = Math.max(FEWEST, Math.min(MOST, Math.floor(DRAWN / Math.max(1, rows.length))))
  const count = newCounter(samples)
  const drawn: Drawn[] = []
  const f1 = Array.from({ length: samples.classes }, () => new Float32Array(resamples))
  eachDraw(rows, { seed, resamples }, (places) => {
    const { labelled, guessed, hits, ...figures } = count(places)
    f1.forEach((values, i) => (values[drawn.length] = (2 * hits[i]!) / (labelled[i]! + guessed[i]!)))
    drawn.push(figures)
  })
  return {
    resamples,
    ...intervalsOf(drawn, single),
    macro: intervalsOf(drawn, meansOf('macro')),
    weighted: intervalsOf(drawn, meansOf('weighted')),
    f1: f1.map(endsOf),
  }
}

/** The figures of a draw; NaN where there is none. */
interface Drawn {
  readonly overall: OverallFigures
  readonly loss: number
  readonly brier: number
  readonly errorByWidth: number
  readonly errorByMass: number
}

type Figure = (one: Drawn) => number | undefined

const single = {
  loss: ({ loss }) => loss,
  brier: ({ brier }) => brier,
  balancedAccuracy: ({ overall }) => overall.balancedAccuracy,
  kappa: ({ overall }) => overall.kappa,
  matthews: ({ overall }) => overall.matthews,
  errorByWidth: ({ errorByWidth }) => errorByWidth,
  errorByMass: ({ errorByMass }) => errorByMass,
} satisfies Record<string, Figure>

const meansOf = (kind: 'macro' | 'weighted') =>
  ({
    precision: ({ overall }) => overall[kind].precision,
    recall: ({ overall }) => overall[kind].recall,
    f1: ({ overall }) => overall[kind].f1,
  }) satisfies Record<string, Figure>

/** Of the figures that were there in some draw. */
function intervalsOf<K extends string>(drawn: readonly Drawn[], figures: Record<K, Figure>) {
  const found: { [N in K]?: Interval } = {}
  for (const name of Object.keys(figures) as K[]) {
    const interval = endsOf(drawn.map((one) => figures[name](one) ?? NaN))
    if (interval) found[name] = interval
  }
  return found
}

function endsOf(values: ArrayLike<number>): Interval | undefined {
  const found = drawnInterval(values)
  return found && { low: found.low, high: found.high }
}

/** Counts what the figures of a draw are made of. What it gives is overwritten with the next draw. */
function newCounter({ classes, guesses, losses, briers, byWidth, byMass }: EvaluatedSamples) {
  const [labelled, guessed, hits] = [0, 1, 2].map(() => new Int32Array(classes)) as [Int32Array, Int32Array, Int32Array]
  const [widths, masses] = [newGaps(guesses, byWidth), newGaps(guesses, byMass)]
  const guessAt = guesses.labels.map((_, row) => guessOf(guesses, row))
  return (rows: Int32Array): Drawn & { labelled: Int32Array; guessed: Int32Array; hits: Int32Array } => {
    for (const column of [labelled, guessed, hits]) column.fill(0)
    let [right, withoutGuess] = [0, 0]
    for (const row of rows) {
      const label = guesses.labels[row]!
      const guess = guessAt[row]!
      labelled[label]! += 1
      if (guess === NO_GUESS) withoutGuess += 1
      else guessed[guess]! += 1
      if (guess !== label) continue
      hits[label]! += 1
      right += 1
    }
    const counts = { classes, samples: rows.length, right, withoutGuess, labelled, guessed, hits }
    return {
      ...{ labelled, guessed, hits },
      overall: overallFigures(counts),
      loss: meanOf(losses, rows),
      brier: briers ? meanOf(briers, rows) : NaN,
      errorByWidth: widths(rows),
      errorByMass: masses(rows),
    }
  }
}

function meanOf(values: Float32Array | Float64Array, rows: Int32Array): number {
  let [sum, known] = [0, 0]
  for (const row of rows) {
    const value = values[row]!
    if (Number.isNaN(value)) continue
    sum += value
    known += 1
  }
  return sum / known
}

/** The expected calibration error of samples in given bins; NaN of none with a confidence. */
function newGaps(guesses: Guesses, { bins }: Reliability): (rows: Int32Array) => number {
  const gaps = new Float64Array(bins.length)
  const binOf = Int32Array.from(guesses.confidences, (confidence) => placeOf(bins, confidence))
  return (rows) => {
    gaps.fill(0)
    let known = 0
    for (const row of rows) {
      const bin = binOf[row]!
      if (bin < 0) continue
      known += 1
      gaps[bin]! += Number(guesses.guesses[row] === guesses.labels[row]) - guesses.confidences[row]!
    }
    return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / known
  }
}

/** The first bin that reaches up to a confidence; -1 without one. */
function placeOf(bins: Reliability['bins'], confidence: number): number {
  if (Number.isNaN(confidence)) return -1
  let [low, high] = [0, bins.length - 1]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (bins[middle]!.to < confidence) low = middle + 1
    else high = middle
  }
  return low
}

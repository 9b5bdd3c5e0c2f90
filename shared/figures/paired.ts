import { UsageError } from '../errors.ts'
import { differenceInterval } from './difference.ts'
import type { Interval } from './intervals.ts'
import { mcnemar, type McNemar } from './mcnemar.ts'
import { countOf, isRight, noClass, rowAt, type Guesses, type Rows } from './samples.ts'

/** What a second evaluation changes against a first one of the same samples. */
export interface PairedCounts {
  readonly samples: number
  readonly bothRight: number
  /** Wrong in the first, right in the second. */
  readonly fixed: number
  /** Right in the first, wrong in the second. */
  readonly broken: number
  readonly bothWrong: number
}

export interface ClassDifference extends PairedCounts {
  /** The recall of the second less that of the first, -1 to 1, and its 95 % interval; absent where the class has no samples. */
  readonly difference?: number
  readonly interval?: Interval
}

export interface PairedFigures extends PairedCounts {
  /** The accuracy of the second less that of the first, -1 to 1, and its 95 % interval (Tango 1998). */
  readonly difference: number
  readonly interval: Interval
  readonly test: McNemar
  /** By label. */
  readonly classes: readonly ClassDifference[]
}

/**
 * Compares the first guesses of two evaluations of the same samples. One without a guess is wrong.
 * @throws UsageError where there are no samples, a label is not a class, or the labels of both differ
 */
export function compareGuesses(first: Guesses, second: Guesses, classes: number, rows?: Rows): PairedFigures {
  if (first.labels.length !== second.labels.length)
    throw new UsageError(
      `One evaluation has ${first.labels.length} samples, the other ${second.labels.length}; compare two of the same samples.`,
    )
  const count = countOf(first, rows)
  /** Samples of a label: both wrong, broken, fixed, both right. */
  const cells = new Int32Array(4 * classes)
  for (let i = 0; i < count; i++) {
    const row = rowAt(rows, i)
    const label = first.labels[row]!
    if (!(label >= 0 && label < classes)) throw noClass('label', row, label, classes)
    if (label !== second.labels[row]) throw otherLabel(row, label, second.labels[row]!)
    cells[4 * label + isRight(first, row) + 2 * isRight(second, row)]! += 1
  }
  const byClass = Array.from({ length: classes }, (_, label) =>
    classDifference(cells.subarray(4 * label, 4 * label + 4)),
  )
  const sum = (key: keyof PairedCounts) => byClass.reduce((total, counts) => total + counts[key], 0)
  const [fixed, broken] = [sum('fixed'), sum('broken')]
  return {
    samples: count,
    bothRight: sum('bothRight'),
    fixed,
    broken,
    bothWrong: sum('bothWrong'),
    difference: (fixed - broken) / count,
    interval: differenceInterval(fixed, broken, count)!,
    test: mcnemar(fixed, broken),
    classes: byClass,
  }
}

const otherLabel = (row: number, first: number, second: number) =>
  new UsageError(
    `Sample ${row} has the label ${first} in one evaluation and ${second} in the other; compare two of the same samples.`,
  )

function classDifference([bothWrong = 0, broken = 0, fixed = 0, bothRight = 0]: Int32Array): ClassDifference {
  const samples = bothWrong + broken + fixed + bothRight
  const counts = { samples, bothRight, fixed, broken, bothWrong }
  if (samples === 0) return counts
  return { ...counts, difference: (fixed - broken) / samples, interval: differenceInterval(fixed, broken, samples)! }
}

import { countOf, guessOf, NO_GUESS, noClass, rowAt, type Guesses, type Rows } from './samples.ts'

/** How often each class was guessed for each label. Only cells that are not 0 are stored. */
export interface Confusion {
  readonly classes: number
  readonly samples: number
  /** Samples whose first guess is their label. */
  readonly right: number
  /** Samples without a guess; in the cells their guess is {@link NO_GUESS}. */
  readonly withoutGuess: number
  /** int32 [classes], samples that have the label (the support) */
  readonly labelled: Int32Array
  /** int32 [classes], samples that the class was guessed for */
  readonly guessed: Int32Array
  /** int32 [classes], samples for which it was guessed and is the label */
  readonly hits: Int32Array
  /** int32 [classes + 1], where the cells of a label begin, and end with those of the next one's beginning */
  readonly starts: Int32Array
  /** int32 [cells], guesses, ascending within a label */
  readonly guesses: Int32Array
  /** int32 [cells], samples */
  readonly counts: Int32Array
}

/** A cell off the diagonal. */
export interface Mistake {
  readonly label: number
  readonly guess: number
  readonly count: number
}

/**
 * Counts the guesses for each label. Its time and memory grow with samples + classes.
 * @throws UsageError where there are no samples, or a label or a guess is not a class
 */
export function confusionOf(samples: Guesses, classes: number, rows?: Rows): Confusion {
  const count = countOf(samples, rows)
  const labelled = new Int32Array(classes)
  const guessed = new Int32Array(classes)
  let withoutGuess = 0
  for (let i = 0; i < count; i++) {
    const row = rowAt(rows, i)
    const label = samples.labels[row]!
    const guess = guessOf(samples, row)
    if (!(label >= 0 && label < classes)) throw noClass('label', row, label, classes)
    if (!(guess >= NO_GUESS && guess < classes)) throw noClass('guess', row, guess, classes)
    labelled[label]! += 1
    if (guess === NO_GUESS) withoutGuess += 1
    else guessed[guess]! += 1
  }
  const byGuess = labelsByGuess(samples, rows, count, sums(guessed, withoutGuess))
  const cells = countCells(guessesByLabel(byGuess, guessed, withoutGuess, sums(labelled, 0)), labelled)
  const hits = Int32Array.from({ length: classes }, (_, label) => cellOf(cells, label, label))
  const right = hits.reduce((sum, value) => sum + value, 0)
  return { classes, samples: count, right, withoutGuess, labelled, guessed, hits, ...cells }
}

/** Where each of some groups begins, and the end of the last one. */
function sums(sizes: Int32Array, first: number): Int32Array {
  const starts = new Int32Array(sizes.length + 1)
  starts[0] = first
  for (let i = 0; i < sizes.length; i++) starts[i + 1] = starts[i]! + sizes[i]!
  return starts
}

/** The labels in the order of their samples' guesses, those without one first. */
function labelsByGuess(samples: Guesses, rows: Rows, count: number, next: Int32Array): Int32Array {
  const labels = new Int32Array(count)
  let withoutGuess = 0
  for (let i = 0; i < count; i++) {
    const row = rowAt(rows, i)
    const guess = guessOf(samples, row)
    labels[guess === NO_GUESS ? withoutGuess++ : next[guess]!++] = samples.labels[row]!
  }
  return labels
}

/** The guesses in the order of their samples' labels; those of a label stay in order. */
function guessesByLabel(labels: Int32Array, guessed: Int32Array, withoutGuess: number, next: Int32Array): Int32Array {
  const guesses = new Int32Array(labels.length)
  let i = 0
  for (; i < withoutGuess; i++) guesses[next[labels[i]!]!++] = NO_GUESS
  for (let guess = 0; guess < guessed.length; guess++)
    for (const end = i + guessed[guess]!; i < end; i++) guesses[next[labels[i]!]!++] = guess
  return guesses
}

type Cells = Pick<Confusion, 'starts' | 'guesses' | 'counts'>

/** Equal guesses that follow each other become one cell. */
function countCells(ordered: Int32Array, labelled: Int32Array): Cells {
  const starts = new Int32Array(labelled.length + 1)
  const guesses = new Int32Array(ordered.length)
  const counts = new Int32Array(ordered.length)
  let cells = 0
  let i = 0
  for (let label = 0; label < labelled.length; label++) {
    const end = i + labelled[label]!
    while (i < end) {
      const guess = ordered[i]!
      const from = i
      while (i < end && ordered[i] === guess) i++
      guesses[cells] = guess
      counts[cells++] = i - from
    }
    starts[label + 1] = cells
  }
  return { starts, guesses: guesses.slice(0, cells), counts: counts.slice(0, cells) }
}

/** How often a class ({@link NO_GUESS}: none) was guessed for a label. */
export function cellOf({ starts, guesses, counts }: Cells, label: number, guess: number): number {
  let low = starts[label]!
  let high = starts[label + 1]!
  while (low < high) {
    const middle = (low + high) >>> 1
    if (guesses[middle]! < guess) low = middle + 1
    else high = middle
  }
  return low < starts[label + 1]! && guesses[low] === guess ? counts[low]! : 0
}

/** The guesses for a label, ascending, and how often each came: views of the cells. */
export const rowOf = ({ starts, guesses, counts }: Cells, label: number): Pick<Confusion, 'guesses' | 'counts'> => ({
  guesses: guesses.subarray(starts[label], starts[label + 1]),
  counts: counts.subarray(starts[label], starts[label + 1]),
})

/** The most frequent confusions of two classes, most frequent first, of equal ones by label and guess; at most `limit`. */
export function largestMistakes(confusion: Confusion, limit: number): Mistake[] {
  // A million cells need no sorting: how many there are of each count says which are among the largest.
  const cellsOfCount = new Int32Array(confusion.samples + 1)
  eachMistake(confusion, (_label, _guess, count) => (cellsOfCount[count]! += 1))
  let least = confusion.samples
  let left = limit
  while (least > 1 && left >= cellsOfCount[least]!) left -= cellsOfCount[least--]!
  const found: Mistake[] = []
  eachMistake(confusion, (label, guess, count) => {
    if (count > least || (count === least && left-- > 0)) found.push({ label, guess, count })
  })
  return found.sort((a, b) => b.count - a.count)
}

function eachMistake(
  { classes, starts, guesses, counts }: Confusion,
  visit: (label: number, guess: number, count: number) => void,
): void {
  for (let label = 0; label < classes; label++)
    for (let i = starts[label]!; i < starts[label + 1]!; i++) {
      const guess = guesses[i]!
      if (guess !== label && guess !== NO_GUESS) visit(label, guess, counts[i]!)
    }
}

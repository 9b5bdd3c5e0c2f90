import type { OpenedEvaluation } from '../../shared/contract/evaluations.ts'
import { NO_GUESS } from '../../shared/figures/index.ts'

/** Which samples of an evaluation are shown. Classes by their places. */
export type SampleFilter =
  | { readonly kind: 'all' | 'right' | 'wrong' }
  /** A cell of the confusion matrix. */
  | { readonly kind: 'cell'; readonly label: number; readonly guess: number }
  | { readonly kind: 'label' | 'missed' | 'guess'; readonly of: number }
  /** Confidences above `from` up to `to`, 0 to 1; `from` itself where that is in. */
  | { readonly kind: 'confidence'; readonly from: number; readonly to: number; readonly withFrom: boolean }
  /** Those that a class is so likely for, by the probability of each sample. */
  | { readonly kind: 'found'; readonly of: number; readonly scores: Float32Array; readonly threshold: number }
  /** A list, in its own order. */
  | { readonly kind: 'listed'; readonly title: string; readonly rows: Int32Array }
  /** Guesses of at least some confidence: all, or those that are wrong; and what is left out. */
  | { readonly kind: 'taken' | 'takenWrong' | 'leftOut'; readonly threshold: number }

export const sampleOrders = [
  { value: 'worst', title: 'Worst first' },
  { value: 'unsure', title: 'Least sure' },
  { value: 'sure', title: 'Most sure' },
  { value: 'file', title: 'As listed' },
] as const
export type SampleOrder = (typeof sampleOrders)[number]['value']

type Columns = Pick<OpenedEvaluation, 'labels' | 'guesses' | 'confidences' | 'losses'>

/**
 * The rows that a filter lets through, in an order: `worst` by the loss, the highest first; `unsure` and `sure` by the
 * confidence of the guess. A list keeps its own order. Those without numbers are the worst, and the least sure.
 * @param among the places of some, all where absent
 */
export function shownRows(columns: Columns, filter: SampleFilter, order: SampleOrder, among?: Int32Array): Int32Array {
  if (filter.kind === 'listed') return inList(filter.rows, among)
  const passes = testOf(columns, filter)
  const rows = (among ?? Int32Array.from(columns.labels.keys())).filter((row) => passes(row))
  const key = keyOf(columns, order)
  return key ? rows.sort((a, b) => key(b) - key(a) || a - b) : rows
}

function inList(rows: Int32Array, among: Int32Array | undefined): Int32Array {
  if (!among) return rows
  const shown = new Set(among)
  return rows.filter((row) => shown.has(row))
}

function testOf(
  { labels, guesses, confidences }: Columns,
  filter: Exclude<SampleFilter, { kind: 'listed' }>,
): (row: number) => boolean {
  switch (filter.kind) {
    case 'all':
      return () => true
    case 'right':
      return (row) => labels[row] === guesses[row]
    case 'wrong':
      return (row) => labels[row] !== guesses[row]
    case 'cell':
      return (row) => labels[row] === filter.label && guesses[row] === filter.guess
    case 'label':
      return (row) => labels[row] === filter.of
    case 'missed':
      return (row) => labels[row] === filter.of && guesses[row] !== filter.of
    case 'guess':
      return (row) => guesses[row] === filter.of
    case 'confidence': {
      const { from, to, withFrom } = filter
      return (row) => (confidences[row]! > from || (withFrom && confidences[row] === from)) && confidences[row]! <= to
    }
    case 'found':
      return (row) => filter.scores[row]! >= filter.threshold
    case 'taken':
      return (row) => confidences[row]! >= filter.threshold
    case 'takenWrong':
      return (row) => confidences[row]! >= filter.threshold && labels[row] !== guesses[row]
    case 'leftOut':
      return (row) => !(confidences[row]! >= filter.threshold)
  }
}

/** The highest first. */
function keyOf({ losses, confidences }: Columns, order: SampleOrder): ((row: number) => number) | undefined {
  const orHighest = (value: number) => (Number.isNaN(value) ? Number.MAX_VALUE : value)
  if (order === 'worst') return (row) => orHighest(losses[row]!)
  if (order === 'unsure') return (row) => orHighest(-confidences[row]!)
  if (order === 'sure') return (row) => -orHighest(-confidences[row]!)
  return undefined
}

/** In words. */
export function filterTitle(filter: SampleFilter, nameOf: (label: number) => string): string {
  switch (filter.kind) {
    case 'all':
      return 'All images'
    case 'right':
      return 'Right'
    case 'wrong':
      return 'Wrong'
    case 'cell':
      return filter.guess === NO_GUESS
        ? `${nameOf(filter.label)}, without a guess`
        : `${nameOf(filter.label)} taken for ${nameOf(filter.guess)}`
    case 'label':
      return `Labelled ${nameOf(filter.of)}`
    case 'missed':
      return `Labelled ${nameOf(filter.of)}, wrong`
    case 'guess':
      return `Taken for ${nameOf(filter.of)}`
    case 'confidence':
      return `Confidence ${percent(filter.from)} to ${percent(filter.to)}`
    case 'found':
      return `${nameOf(filter.of)} from ${percent(filter.threshold)} likely`
    case 'listed':
      return filter.title
    case 'taken':
      return `Confidence from ${percent(filter.threshold)}`
    case 'takenWrong':
      return `Confidence from ${percent(filter.threshold)}, wrong`
    case 'leftOut':
      return `Confidence below ${percent(filter.threshold)}`
  }
}

const percent = (share: number) => `${Number((100 * share).toFixed(1))}%`

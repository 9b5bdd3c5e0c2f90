import type { OpenedEvaluation } from '../../shared/contract/evaluations.ts'
import { palette } from '../charts/palette.ts'

export const mapColourings = [
  { value: 'label', title: 'Label' },
  { value: 'guess', title: 'Guess' },
  { value: 'right', title: 'Right/wrong' },
] as const
export type MapColouring = (typeof mapColourings)[number]['value']

/** So many classes can be told apart by their colours; of more, some are chosen. */
export const MOST_COLOURS = 20
/** Of more classes so many have a colour at first. */
const FIRST_COLOURS = 8

/** An entry of the legend of classes. */
export interface Coloured {
  readonly label: number
  readonly colour: string
}

type Columns = Pick<OpenedEvaluation, 'labels' | 'guesses'>

/** The classes of which most samples are wrong, the worst first: those that are looked at first where there are too many. */
export function worstClasses({ labels, guesses }: Columns, classes: number): number[] {
  const wrong = new Int32Array(classes)
  labels.forEach((label, row) => label !== guesses[row] && wrong[label]!++)
  const order = Array.from(wrong.keys()).sort((a, b) => wrong[b]! - wrong[a]! || a - b)
  return order.slice(0, FIRST_COLOURS)
}

/** The colours of classes: those of all where they are few, else those of the chosen ones. */
export const classColours = (classes: number, chosen: readonly number[]): Coloured[] =>
  (classes <= MOST_COLOURS ? Array.from({ length: classes }, (_, label) => label) : chosen).map((label, i) => ({
    label,
    colour: palette[i % palette.length]!,
  }))

/** Samples that have no colour, and samples that are not of the part that is looked at. */
export const [GREY, FAINT] = [-1, -2]

interface Colouring {
  readonly colouring: MapColouring
  readonly legend: readonly Coloured[]
  /** The places in the legend of those that are not grey; all where empty. */
  readonly lit: ReadonlySet<number>
  /** The part that is looked at; all where absent. */
  readonly among?: Int32Array | undefined
}

/** The place in the legend that each sample has its colour from, or {@link GREY} or {@link FAINT}. */
export function entriesOf({ labels, guesses }: Columns, { colouring, legend, lit, among }: Colouring): Int32Array {
  const places = new Map(legend.map(({ label }, place) => [label, place]))
  const entryOf = (row: number) =>
    colouring === 'right'
      ? Number(labels[row] !== guesses[row])
      : (places.get((colouring === 'label' ? labels : guesses)[row]!) ?? GREY)
  const entries = new Int32Array(labels.length).fill(FAINT)
  const rows = among ?? Int32Array.from(labels.keys())
  for (const row of rows) {
    const entry = entryOf(row)
    entries[row] = lit.size === 0 || lit.has(entry) ? entry : GREY
  }
  return entries
}

/** The order in which samples are drawn: faint and grey ones first, those that are wrong last, over all others. */
export function drawingOrder(entries: Int32Array, { labels, guesses }: Columns): Int32Array {
  const layers: number[][] = [[], [], [], []]
  entries.forEach((entry, row) => {
    const layer = entry === FAINT ? 0 : entry === GREY ? 1 : labels[row] === guesses[row] ? 2 : 3
    layers[layer]!.push(row)
  })
  return Int32Array.from(layers.flat())
}

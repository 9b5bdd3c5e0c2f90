import { counted } from './format.ts'
import { indent, section } from './text.ts'

/** Classes that a terminal shows: of more, the rest is in the JSON. */
const CLASSES = 20

/** What there is to tell of classes. */
interface ClassRows {
  readonly heading: string
  /** The names of the columns, where they have any. */
  readonly head?: readonly string[]
  /** All classes, in the order in which they are shown. */
  readonly rows: readonly (readonly string[])[]
  /** Columns of numbers. */
  readonly right: readonly number[]
}

/** A table of the first classes, and how many more there are. */
export function classTable({ heading, head, rows, right }: ClassRows): string {
  const text = section(heading, [...(head ? [head] : []), ...rows.slice(0, CLASSES)], right)
  const others = rows.length - CLASSES
  return others > 0
    ? `${text}\n${indent(`and ${counted(others, 'more class', 'more classes')}; --json has all`)}`
    : text
}

/** Classes in their own order where all have room; of more, the lowest first by a figure, those without it last. */
export function lowestFirst<C>(classes: readonly C[], by: string, figure: (one: C) => number | undefined) {
  if (classes.length <= CLASSES) return { heading: 'Classes', classes }
  const rank = (one: C) => figure(one) ?? Infinity
  return {
    heading: `Classes, the lowest ${by} first`,
    classes: [...classes].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b))),
  }
}

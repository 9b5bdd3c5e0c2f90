import type { TrackedSplit } from '../../shared/recipe/split.ts'
import { axisValues, firstAtLeast, type AxisKind, type Columns } from './axis.ts'
import { reduce } from './reduce.ts'
import { smooth } from './smoothing.ts'
import type { Stretch } from './window.ts'

/** One line of a chart: a metric of a run, or the mean of a group of runs. */
export interface Curve {
  /** Unique in its chart. */
  readonly id: string
  readonly label: string
  /** `#rrggbb` */
  readonly colour: string
  readonly split: TrackedSplit
  readonly columns: Columns
  /** Unix time in seconds at which relative time begins. */
  readonly start: number
  /** Limits at each point, drawn as a band. */
  readonly band?: { readonly low: Float64Array; readonly high: Float64Array }
}

/** A curve with its x and its smoothed values worked out. */
export interface PreparedCurve {
  readonly curve: Curve
  readonly xs: Float64Array
  readonly raw: Float64Array
  readonly smoothed: Float64Array
  /** The band, smoothed as the curve is. */
  readonly low?: Float64Array
  readonly high?: Float64Array
}

/**
 * Works a curve out. Only training is smoothed: a validation value is the mean of a whole split, an epoch apart
 * from the next, and smoothing it would tell of weights that are long gone.
 */
export function prepare(curve: Curve, kind: AxisKind, weight: number): PreparedCurve {
  const past = curve.split === 'val' ? 0 : weight
  const before = prepared.get(curve.columns)
  if (before && before.kind === kind && before.past === past && before.start === curve.start)
    return { curve, ...before.parts }
  const parts = workOut(curve, kind, past)
  prepared.set(curve.columns, { kind, past, start: curve.start, parts })
  return { curve, ...parts }
}

type Parts = Omit<PreparedCurve, 'curve'>

/** What the columns last came to: while one of many runs grows, the others stay as they are. */
const prepared = new WeakMap<
  Columns,
  { readonly kind: AxisKind; readonly past: number; readonly start: number; readonly parts: Parts }
>()

function workOut({ columns, start, band }: Curve, kind: AxisKind, past: number): Parts {
  return {
    xs: axisValues(columns, kind, start),
    raw: columns.values,
    smoothed: smooth(columns.values, past),
    ...(band && { low: smooth(band.low, past), high: smooth(band.high, past) }),
  }
}

/** The points of a curve that a stretch of the x axis shows, with one more on either side: `[from, to)`. */
export function visible({ xs }: PreparedCurve, stretch: Stretch | undefined): [number, number] {
  if (!stretch) return [0, xs.length]
  return [Math.max(0, firstAtLeast(xs, stretch.from) - 1), Math.min(xs.length, firstAtLeast(xs, stretch.to) + 1)]
}

/** What is handed to the chart of one curve: x and y in turns. */
export interface Trace {
  readonly curve: Curve
  readonly smoothed: Float64Array
  /** Absent where nothing is smoothed. */
  readonly raw?: Float64Array
  /** x, low, high in turns. */
  readonly band?: Float64Array
  /** Points in view, and how many of them are drawn. */
  readonly points: number
  readonly drawn: number
}

/** Cuts a curve to the stretch in view and reduces it, after smoothing, to at most `limit` points. */
export function trace(prepared: PreparedCurve, stretch: Stretch | undefined, limit: number, withRaw = true): Trace {
  const { curve, xs, raw, smoothed, low, high } = prepared
  const [from, to] = visible(prepared, stretch)
  const kept = reduce(smoothed, limit, from, to)
  return {
    curve,
    smoothed: interleave(kept, xs, smoothed),
    ...(withRaw && raw !== smoothed && !low && { raw: interleave(reduce(raw, limit, from, to), xs, raw) }),
    ...(low && high && { band: interleave(kept, xs, low, high) }),
    points: to - from,
    drawn: kept.length,
  }
}

function interleave(kept: Uint32Array, ...columns: readonly Float64Array[]): Float64Array {
  const width = columns.length
  const flat = new Float64Array(width * kept.length)
  for (let i = 0; i < kept.length; i++) for (let c = 0; c < width; c++) flat[width * i + c] = columns[c]![kept[i]!]!
  return flat
}

/** In a chart of more curves the raw traces would hide the smoothed ones. */
export const mostWithRaw = 24

/** Points a curve may have in a chart of so many, so that all together stay quick to draw. */
export const pointLimit = (curves: number): number =>
  Math.round(Math.min(1500, Math.max(300, 40_000 / Math.max(1, curves))))

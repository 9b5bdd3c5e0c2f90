import { nearestIndex } from './axis.ts'
import type { Curve, PreparedCurve } from './curve.ts'
import { toPixel, type DrawnAxis } from './window.ts'

/** What a chart says of one curve at the pointer. */
export interface HoverRow {
  readonly curve: Curve
  readonly smoothed: number
  readonly raw: number
  readonly step: number
  readonly epoch: number
  /** Unix time, seconds. */
  readonly wall: number
  /** Where the point is drawn, in pixels. */
  readonly at: readonly [x: number, y: number]
}

/** A curve that has no point within so many pixels to the left or right of the pointer is not spoken of. */
const reach = 40

/** The point of each curve that is nearest in x; of these first the one nearest to the pointer in y. */
export function hoverRows(
  curves: readonly PreparedCurve[],
  x: DrawnAxis,
  y: DrawnAxis,
  pointer: { readonly value: number; readonly pixelX: number; readonly pixelY?: number },
): HoverRow[] {
  const { value, pixelX, pixelY } = pointer
  const rows = curves
    .map((curve) => rowAt(curve, nearestIndex(curve.xs, value), x, y))
    .filter((row) => row !== undefined && Math.abs(row.at[0] - pixelX) <= reach) as HoverRow[]
  const distance = pixelY === undefined ? (row: HoverRow) => row.at[1] : (row: HoverRow) => Math.abs(row.at[1] - pixelY)
  return rows.sort((a, b) => distance(a) - distance(b))
}

function rowAt(
  { curve, xs, raw, smoothed }: PreparedCurve,
  i: number,
  x: DrawnAxis,
  y: DrawnAxis,
): HoverRow | undefined {
  if (i < 0 || !Number.isFinite(smoothed[i])) return undefined
  const { steps, epochs, walls } = curve.columns
  const at = [toPixel(x, xs[i]!), toPixel(y, smoothed[i]!)] as const
  return { curve, smoothed: smoothed[i]!, raw: raw[i]!, step: steps[i]!, epoch: epochs[i]!, wall: walls[i]!, at }
}

import { areasOf, eachThreshold, type Ranking } from './ranking.ts'

/** The points of a curve, a column each, in the order of falling thresholds. */
export interface Curve {
  readonly x: Float64Array
  readonly y: Float64Array
  /** The score that the samples of a point have at least; Infinity for none, -Infinity for those without a score. */
  readonly thresholds: Float64Array
}

/** A curve with the area under it, which is that of all its points; absent where it is not defined. */
export interface CurveWithArea extends Curve {
  readonly area?: number
}

/**
 * The share of positives that were found (y) over the share of negatives that came with them (x), each 0 to 1 and NaN
 * where there are none: from (0, 0) at Infinity to (1, 1).
 * @param limit most points, see {@link thin}
 */
export function rocCurve(ranking: Ranking, limit = Infinity): CurveWithArea {
  const [positives, negatives] = [ranking.positives.length, ranking.negatives.length]
  const { rocArea } = areasOf(ranking)
  const curve = trace(ranking, { x: 0, y: 0 }, (p, n) => ({ x: n / negatives, y: p / positives }))
  const thinned = thin(curve, (i) => curve.x[i]! + curve.y[i]!, limit)
  return { ...thinned, ...(rocArea !== undefined && { area: rocArea }) }
}

/**
 * The share of positives among what was found (precision, y) over the share of positives that were found (recall, x),
 * 0 to 1, recall NaN without positives: from (0, 1) at Infinity. Its area is the average precision.
 * @param limit most points, see {@link thin}
 */
export function precisionRecallCurve(ranking: Ranking, limit = Infinity): CurveWithArea {
  const positives = ranking.positives.length
  const { averagePrecision } = areasOf(ranking)
  const curve = trace(ranking, { x: 0, y: 1 }, (p, n) => ({ x: p / positives, y: p / (p + n) }))
  const thinned = thin(curve, (i) => curve.x[i]!, limit)
  return { ...thinned, ...(averagePrecision !== undefined && { area: averagePrecision }) }
}

interface Point {
  readonly x: number
  readonly y: number
}

/** The point of each threshold, after one for none of the samples. */
export function trace(ranking: Ranking, first: Point, pointOf: (positives: number, negatives: number) => Point): Curve {
  const most = ranking.positives.length + ranking.negatives.length + 1
  const columns = [new Float64Array(most), new Float64Array(most), new Float64Array(most)] as const
  let count = 0
  const add = (threshold: number, { x, y }: Point) => {
    columns[0][count] = x
    columns[1][count] = y
    columns[2][count++] = threshold
  }
  add(Infinity, first)
  eachThreshold(ranking, (threshold, p, n) => add(threshold, pointOf(p, n)))
  const [x, y, thresholds] = columns.map((column) => column.subarray(0, count))
  return { x: x!, y: y!, thresholds: thresholds! }
}

/**
 * Fewer points that draw the same curve: the first, the last, and of each stretch of equal progress the lowest and the
 * highest, so that neither a steep part nor a spike is lost.
 * @param progress of a point, from 0, never falling
 * @param limit most points, at least 4
 */
export function thin(curve: Curve, progress: (index: number) => number, limit: number): Curve {
  const last = curve.x.length - 1
  if (last < limit) return curve
  const stretches = Math.max(1, Math.floor(limit / 2) - 1)
  const kept = [0]
  const keep = (a: number, b: number) => kept.push(...(a === b ? [a] : [Math.min(a, b), Math.max(a, b)]))
  let [stretch, low, high] = [-1, 0, 0]
  for (let i = 1; i < last; i++) {
    // No progress is known without positives: one stretch then.
    const at = Math.min(stretches - 1, Math.floor((progress(i) / progress(last)) * stretches)) || 0
    if (at !== stretch) {
      if (stretch >= 0) keep(low, high)
      ;[stretch, low, high] = [at, i, i]
    }
    if (curve.y[i]! < curve.y[low]!) low = i
    if (curve.y[i]! >= curve.y[high]!) high = i
  }
  keep(low, high)
  kept.push(last)
  const pick = (column: Float64Array) => Float64Array.from(kept, (i) => column[i]!)
  return { x: pick(curve.x), y: pick(curve.y), thresholds: pick(curve.thresholds) }
}

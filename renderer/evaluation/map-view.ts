/** Where the plane of a map is seen: the point in the middle, and CSS pixels a unit. */
export interface MapView {
  readonly x: number
  readonly y: number
  readonly scale: number
}

/** CSS pixels. */
export interface Extent {
  readonly width: number
  readonly height: number
}
export interface Point {
  readonly x: number
  readonly y: number
}

/** Columns with an entry a sample; NaN of one that is not on the map. */
export interface Places {
  readonly x: Float32Array
  readonly y: Float32Array
}

/** Times the whole map, at least and at most. */
const [LEAST_ZOOM, MOST_ZOOM] = [0.5, 400]
/** Of the sides, left free around the whole map. */
const MARGIN = 0.04

/** Shows all that is on the map. */
export function wholeMap({ x, y }: Places, { width, height }: Extent): MapView {
  const [left, right] = rangeOf(x)
  const [bottom, top] = rangeOf(y)
  const fitting = Math.min(width / (right - left || 1), height / (top - bottom || 1))
  return { x: (left + right) / 2, y: (bottom + top) / 2, scale: Math.max(1e-6, (1 - 2 * MARGIN) * fitting) }
}

function rangeOf(values: Float32Array): [number, number] {
  let [least, most] = [Infinity, -Infinity]
  for (const value of values) {
    if (value < least) least = value
    if (value > most) most = value
  }
  return least <= most ? [least, most] : [0, 0]
}

/** On the screen, from its upper left corner; the plane's y leads up. */
export const toScreen = ({ x, y, scale }: MapView, { width, height }: Extent, at: Point): Point => ({
  x: (at.x - x) * scale + width / 2,
  y: (y - at.y) * scale + height / 2,
})

/** The point of the plane at one of the screen. */
export const toPlane = ({ x, y, scale }: MapView, { width, height }: Extent, at: Point): Point => ({
  x: x + (at.x - width / 2) / scale,
  y: y - (at.y - height / 2) / scale,
})

/** Moves what is seen by so many pixels. */
export const moved = (view: MapView, dx: number, dy: number): MapView => ({
  ...view,
  x: view.x - dx / view.scale,
  y: view.y + dy / view.scale,
})

/** A step closer or further away; what is at a point of the screen stays there. */
export function zoomedAt(view: MapView, size: Extent, at: Point, factor: number, whole: MapView): MapView {
  const scale = Math.max(LEAST_ZOOM * whole.scale, Math.min(MOST_ZOOM * whole.scale, view.scale * factor))
  const kept = toPlane(view, size, at)
  return {
    x: kept.x - (at.x - size.width / 2) / scale,
    y: kept.y + (at.y - size.height / 2) / scale,
    scale,
  }
}

/** The samples nearest to a point of the plane, the nearest first; of those within a distance, where that is given. */
export function nearestOnMap({ x, y }: Places, at: Point, count: number, within = Infinity): number[] {
  const squares = (row: number) => (x[row]! - at.x) ** 2 + (y[row]! - at.y) ** 2
  const found: { row: number; square: number }[] = []
  for (let row = 0; row < x.length; row++) {
    const square = squares(row)
    // NaN is not on the map.
    if (!(square <= within * within)) continue
    const last = found[count - 1]
    if (last && square >= last.square) continue
    const place = found.findIndex((one) => one.square > square)
    found.splice(place < 0 ? found.length : place, 0, { row, square })
    if (found.length > count) found.pop()
  }
  return found.map(({ row }) => row)
}

/** The samples inside a closed line of points of the plane; where it crosses itself, those that it goes around an odd number of times. */
export function rowsInside({ x, y }: Places, line: readonly Point[]): Int32Array {
  const rows = Int32Array.from(x.keys())
  const [left, right] = rangeOf(Float32Array.from(line, (point) => point.x))
  const [bottom, top] = rangeOf(Float32Array.from(line, (point) => point.y))
  return rows.filter((row) => {
    const [px, py] = [x[row]!, y[row]!]
    return px >= left && px <= right && py >= bottom && py <= top && isInside(px, py, line)
  })
}

/** Whether a ray to the right crosses the line an odd number of times. */
function isInside(x: number, y: number, line: readonly Point[]): boolean {
  let inside = false
  line.forEach((a, i) => {
    const b = line[(i + 1) % line.length]!
    if (a.y > y !== b.y > y && x < a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)) inside = !inside
  })
  return inside
}

/** A stretch of an axis, from below to above; without limits the axis fits what it shows. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** What a chart shows: a missing stretch fits the data. */
export interface Window {
  readonly x?: Stretch
  readonly y?: Stretch
}

/** An axis as it is drawn: its limits, and the pixels at which they lie. Pixels may run against the values. */
export interface DrawnAxis extends Stretch {
  readonly start: number
  readonly end: number
  readonly log: boolean
}

const scale = (axis: DrawnAxis) => (axis.log ? Math.log10 : (value: number) => value)
const unscale = (axis: DrawnAxis) => (axis.log ? (value: number) => 10 ** value : (value: number) => value)

export function toPixel(axis: DrawnAxis, value: number): number {
  const f = scale(axis)
  return axis.start + ((f(value) - f(axis.from)) / (f(axis.to) - f(axis.from))) * (axis.end - axis.start)
}

export function toValue(axis: DrawnAxis, pixel: number): number {
  const f = scale(axis)
  const share = (pixel - axis.start) / (axis.end - axis.start)
  return unscale(axis)(f(axis.from) + share * (f(axis.to) - f(axis.from)))
}

/** The stretch between two pixels, in either order. */
export function between(axis: DrawnAxis, a: number, b: number): Stretch {
  const [from, to] = [toValue(axis, a), toValue(axis, b)].sort((x, y) => x - y) as [number, number]
  return { from, to }
}

/** What the axis shows after its content was moved by so many pixels. */
export function panned(axis: DrawnAxis, pixels: number): Stretch {
  return between(axis, axis.start - pixels, axis.end - pixels)
}

/** What the axis shows when the stretch about a pixel is made `factor` times as long. */
export function zoomed(axis: DrawnAxis, pixel: number, factor: number): Stretch {
  return between(axis, pixel + factor * (axis.start - pixel), pixel + factor * (axis.end - pixel))
}

/** A drag shorter than this in one direction leaves that direction as it is. */
const shortest = 6

/** The window that a drag from one corner to the other asks for; undefined when it was too short to mean one. */
export function dragged(
  x: DrawnAxis,
  y: DrawnAxis,
  from: readonly [number, number],
  to: readonly [number, number],
  old: Window,
): Window | undefined {
  const wide = Math.abs(to[0] - from[0]) >= shortest
  const high = Math.abs(to[1] - from[1]) >= 3 * shortest
  if (!wide && !high) return undefined
  return { x: wide ? between(x, from[0], to[0]) : old.x, y: high ? between(y, from[1], to[1]) : old.y }
}

/** What a chart's horizontal axis counts. */
export const axisKinds = ['step', 'epoch', 'relative', 'wall'] as const
export type AxisKind = (typeof axisKinds)[number]

export const axisNames: Readonly<Record<AxisKind, string>> = {
  step: 'Step',
  epoch: 'Epoch',
  relative: 'Relative time',
  wall: 'Wall time',
}

/** Columns of one metric of one run: entry i of each belongs together. Steps ascend. */
export interface Columns {
  readonly steps: Float64Array
  readonly epochs: Float64Array
  /** Unix time, seconds. */
  readonly walls: Float64Array
  readonly values: Float64Array
}

/**
 * The x of every point: optimizer steps, epochs, seconds since `start`, or milliseconds of Unix time.
 * @param start Unix time in seconds at which the run's clock stands at zero
 */
export function axisValues(columns: Columns, kind: AxisKind, start: number): Float64Array {
  switch (kind) {
    case 'step':
      return columns.steps
    case 'epoch':
      return columns.epochs
    case 'relative':
      return columns.walls.map((wall) => wall - start)
    case 'wall':
      return columns.walls.map((wall) => 1000 * wall)
  }
}

/** The first index whose x is not below `x`; the length where there is none. `xs` ascends. */
export function firstAtLeast(xs: Float64Array, x: number): number {
  let low = 0
  let high = xs.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (xs[middle]! < x) low = middle + 1
    else high = middle
  }
  return low
}

/** The index whose x is nearest, the earlier one of two; -1 of none. `xs` ascends. */
export function nearestIndex(xs: Float64Array, x: number): number {
  const after = firstAtLeast(xs, x)
  if (after === 0) return xs.length === 0 ? -1 : 0
  if (after === xs.length) return after - 1
  return x - xs[after - 1]! <= xs[after]! - x ? after - 1 : after
}

import type { AxisKind } from './axis.ts'
import type { Stretch } from './window.ts'

const SECOND = 1
const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

/** The lengths, in seconds, by which times are divided. */
const durations = [1, 2, 5, 10, 15, 30]
  .map((n) => n * SECOND)
  .concat(
    [1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
    [1, 2, 3, 6, 12].map((n) => n * HOUR),
  )

/** Round values of an axis, ascending, about `count` of them. */
export function ticks(kind: AxisKind | 'value', stretch: Stretch, count: number): number[] {
  switch (kind) {
    case 'value':
    case 'epoch':
      return multiples(stretch, roundLength(stretch, count))
    case 'step':
      return multiples(stretch, Math.max(1, roundLength(stretch, count)))
    case 'relative':
      return multiples(stretch, roundDuration(stretch.to - stretch.from, count))
    case 'wall':
      return wallTicks(stretch, count)
  }
}

/** 1, 2 or 5 times a power of ten: the least that gives not many more than `count` parts. */
function roundLength({ from, to }: Stretch, count: number): number {
  const least = (to - from) / (1.4 * count)
  const power = 10 ** Math.floor(Math.log10(least))
  return power * [1, 2, 5, 10].find((factor) => factor * power >= least * (1 - 1e-9))!
}

function roundDuration(seconds: number, count: number): number {
  const least = seconds / count
  if (least < SECOND) return roundLength({ from: 0, to: seconds }, count)
  return (
    durations.find((duration) => duration >= least) ??
    DAY * Math.max(1, roundLength({ from: 0, to: seconds / DAY }, count))
  )
}

function multiples({ from, to }: Stretch, length: number, origin = 0): number[] {
  const first = Math.ceil((from - origin) / length - 1e-9)
  const last = Math.floor((to - origin) / length + 1e-9)
  if (!(last - first < 1000)) return []
  // Through the digits of the length, so that 3 * 0.1 is 0.3.
  const digits = Math.max(0, Math.min(100, 1 - Math.floor(Math.log10(length))))
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    Number((origin + (first + i) * length).toFixed(digits)),
  )
}

/** Local round times: milliseconds. */
function wallTicks({ from, to }: Stretch, count: number): number[] {
  const midnight = new Date(from).setHours(0, 0, 0, 0)
  return multiples({ from, to }, 1000 * roundDuration((to - from) / 1000, count), midnight)
}

/** Round values of a logarithmic axis: powers of ten, with 2 and 5 times or all multiples of them where few fit. */
export function logTicks({ from, to }: Stretch, count: number): number[] {
  const decades = Math.log10(to / from)
  if (decades < 0.4) return multiples({ from, to }, roundLength({ from, to }, count)).filter((value) => value > 0)
  const factors = decades > count / 2 ? [1] : decades > count / 6 ? [1, 2, 5] : [1, 2, 3, 4, 5, 6, 8]
  const stride = Math.max(1, Math.ceil(decades / count))
  const powers = multiples({ from: Math.floor(Math.log10(from)), to: Math.ceil(Math.log10(to)) }, stride)
  return powers
    .flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`)))
    .filter((value) => value >= from && value <= to)
}

import type { Trace } from './curve.ts'
import type { Stretch, Window } from './window.ts'

/** The limits that both axes are drawn with: those asked for, else what fits the traces. */
export function chartExtent(traces: readonly Trace[], window: Window, log: boolean): { x: Stretch; y: Stretch } {
  const x = window.x ?? fitX(traces)
  const y = window.y ?? fitY(traces, x, log)
  return { x, y: log && y.from <= 0 ? fitY(traces, x, true) : y }
}

function fitX(traces: readonly Trace[]): Stretch {
  const range = new Range()
  for (const { smoothed } of traces) {
    if (smoothed.length === 0) continue
    range.add(smoothed[0]!)
    range.add(smoothed[smoothed.length - 2]!)
  }
  return range.from === range.to ? { from: range.from - 1, to: range.to + 1 } : range.stretch({ from: 0, to: 1 })
}

function fitY(traces: readonly Trace[], x: Stretch, log: boolean): Stretch {
  const range = new Range()
  for (const { smoothed, raw, band } of traces) {
    addColumns(range, smoothed, 2, x, log)
    if (raw) addColumns(range, raw, 2, x, log)
    if (band) addColumns(range, band, 3, x, log)
  }
  return padded(range.stretch(log ? { from: 0.1, to: 10 } : { from: 0, to: 1 }), log)
}

function addColumns(range: Range, flat: Float64Array, width: number, x: Stretch, log: boolean): void {
  for (let i = 0; i < flat.length; i += width) {
    if (flat[i]! < x.from || flat[i]! > x.to) continue
    for (let c = 1; c < width; c++) if (!log || flat[i + c]! > 0) range.add(flat[i + c]!)
  }
}

/** A little room above and below; a constant gets a stretch about it. */
function padded({ from, to }: Stretch, log: boolean): Stretch {
  if (log) {
    const factor = from === to ? 2 : (to / from) ** 0.04
    return { from: from / factor, to: to * factor }
  }
  const room = from === to ? Math.abs(from) * 0.1 || 1 : 0.04 * (to - from)
  return { from: from - room, to: to + room }
}

class Range {
  from = Infinity
  to = -Infinity

  add(value: number): void {
    if (!Number.isFinite(value)) return
    if (value < this.from) this.from = value
    if (value > this.to) this.to = value
  }

  stretch(otherwise: Stretch): Stretch {
    return this.from > this.to ? otherwise : { from: this.from, to: this.to }
  }
}

import { csvCell } from '../../shared/csv-cell.ts'
import type { PreparedCurve } from './curve.ts'

/** All points of a chart's curves, unreduced, a point a line; times are seconds. As RFC 4180 has it, with `\n`. */
export function curvesCsv(curves: readonly PreparedCurve[], metric: string): string {
  const lines = ['run,split,metric,step,epoch,relative_seconds,unix_time,value,smoothed']
  for (const { curve, raw, smoothed } of curves) {
    const { steps, epochs, walls } = curve.columns
    const head = [curve.label, curve.split, metric].map(csvCell).join(',')
    for (let i = 0; i < steps.length; i++) {
      lines.push(
        [
          head,
          steps[i],
          epochs[i],
          Number((walls[i]! - curve.start).toFixed(3)),
          walls[i],
          csvNumber(raw[i]!),
          csvNumber(smoothed[i]!),
        ].join(','),
      )
    }
  }
  return lines.join('\n') + '\n'
}

/** A table as CSV. */
export function tableCsv(head: readonly string[], rows: readonly (readonly (string | number | undefined)[])[]): string {
  return [head, ...rows].map((row) => row.map((cell) => csvCell(String(cell ?? ''))).join(',')).join('\n') + '\n'
}

const csvNumber = (value: number) => (Number.isNaN(value) ? '' : String(value))

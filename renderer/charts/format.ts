import type { AxisKind } from './axis.ts'
import { isShare } from './metric.ts'

/** A number in as many digits as tell something, of a fixed count where it can be: `0.3681`, `1,730`, `3.5e-7`. */
export function formatValue(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞'
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size < 1e-3 || size >= 1e7) return value.toExponential(2)
  if (size >= 1000) return Math.round(value).toLocaleString('en-US')
  return value.toFixed(size < 1 ? 4 : size < 10 ? 3 : size < 100 ? 2 : 1)
}

/** A metric's value as it is written in a table: shares in per cent. */
export function formatMetric(metric: string, value: number | undefined): string {
  return isShare(metric) && value !== undefined && Number.isFinite(value)
    ? `${(100 * value).toFixed(2)} %`
    : formatValue(value)
}

/** `8 s`, `3 min 05 s`, `2 h 14 min`, `3 d 4 h`. */
export function formatDuration(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return '–'
  const whole = Math.max(0, Math.round(seconds))
  const [d, h, m, s] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3600) % 24,
    Math.floor(whole / 60) % 60,
    whole % 60,
  ]
  if (d > 0) return `${d} d ${h} h`
  if (h > 0) return `${h} h ${pad(m)} min`
  return m > 0 ? `${m} min ${pad(s)} s` : `${s} s`
}

const pad = (value: number) => String(value).padStart(2, '0')

/** Local date and time: `2026-11-23 07:05`. */
export function formatTime(date: Date): string {
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${pad(date.getHours())}:${pad(date.getMinutes())}`
}

/** A place on the horizontal axis, in its own terms. */
export function formatX(kind: AxisKind, x: number): string {
  switch (kind) {
    case 'step':
      return Math.round(x).toLocaleString('en-US')
    case 'epoch':
      return String(Number(x.toFixed(2)))
    case 'relative':
      return formatDuration(x)
    case 'wall':
      return `${formatTime(new Date(x))}:${pad(new Date(x).getSeconds())}`
  }
}

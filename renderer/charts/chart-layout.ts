import type { Size } from '../ui/use-size.ts'
import type { DrawnAxis, Stretch } from './window.ts'

/** Pixels between the edge of a chart and its axes. */
export const margin = { left: 58, right: 14, top: 10, bottom: 26 } as const

/** Both axes of a chart, with the pixels of its element at which they lie. */
export function chartAxes(
  { width, height }: Size,
  extent: { readonly x: Stretch; readonly y: Stretch },
  log: boolean,
): { x: DrawnAxis; y: DrawnAxis } {
  return {
    x: { ...extent.x, start: margin.left, end: Math.max(margin.left + 1, width - margin.right), log: false },
    y: { ...extent.y, start: Math.max(margin.top + 1, height - margin.bottom), end: margin.top, log },
  }
}

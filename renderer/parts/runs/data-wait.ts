import type { Columns } from '../../charts/axis.ts'

/**
 * The share of the training time in which steps waited for images, 0 to 1, at each record.
 * @param wait seconds that a step waited
 * @param imagesPerSecond of the same records
 * @param imagesPerStep images of a step
 */
export function dataWaitShare(wait: Columns, imagesPerSecond: Columns, imagesPerStep: number): Columns {
  const rates = imagesPerSecond.values
  return {
    ...wait,
    values: wait.values.map((seconds, i) => Math.min(1, (seconds * (rates[i] ?? NaN)) / imagesPerStep)),
  }
}

/** The mean of the last `count` finite values; undefined where there is none. */
export function recentMean(values: Float64Array, count: number): number | undefined {
  const last = values.subarray(Math.max(0, values.length - count)).filter((value) => Number.isFinite(value))
  return last.length === 0 ? undefined : last.reduce((sum, value) => sum + value, 0) / last.length
}

import type { Latency } from '../../shared/contract/trainer.ts'

/**
 * Mean and percentiles of the seconds that steps took. A percentile is the smallest of them that so many per cent do
 * not exceed (nearest rank).
 * @param seconds one at least
 */
export function latencyOf(seconds: readonly number[]): Latency {
  const sorted = seconds.toSorted((a, b) => a - b)
  const percentile = (percent: number) => sorted[Math.ceil((percent / 100) * sorted.length) - 1]!
  const mean = seconds.reduce((sum, value) => sum + value, 0) / seconds.length
  return { mean, p50: percentile(50), p90: percentile(90), p95: percentile(95), p99: percentile(99) }
}

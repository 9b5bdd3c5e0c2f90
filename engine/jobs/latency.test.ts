import { expect, it } from 'vitest'
import { latencyOf } from './latency.ts'

it('takes percentiles by nearest rank', () => {
  // 1 to 100 in a scrambled order: the p-th percentile of a hundred values is the p-th.
  const hundred = Array.from({ length: 100 }, (_, i) => ((i * 37) % 100) + 1)
  expect(latencyOf(hundred)).toEqual({ mean: 50.5, p50: 50, p90: 90, p95: 95, p99: 99 })
})

it('of a few values takes those that are there', () => {
  expect(latencyOf([3])).toEqual({ mean: 3, p50: 3, p90: 3, p95: 3, p99: 3 })
  expect(latencyOf([4, 1, 3, 2])).toEqual({ mean: 2.5, p50: 2, p90: 4, p95: 4, p99: 4 })
})

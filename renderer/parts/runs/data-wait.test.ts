import { expect, it } from 'vitest'
import { dataWaitShare, recentMean } from './data-wait.ts'

const columns = (values: number[]) => ({
  steps: Float64Array.of(1, 2, 3),
  epochs: Float64Array.of(1, 2, 3),
  walls: Float64Array.of(1, 2, 3),
  values: Float64Array.from(values),
})

it('the share of waiting is its seconds over those of a step', () => {
  // 64 images at 640/s are a step of 0.1 s; it waited 0.02 s of it.
  expect([...dataWaitShare(columns([0.02, 0.5, NaN]), columns([640, 640, 640]), 64).values]).toEqual([0.2, 1, NaN])
})

it('the mean of the last values passes over gaps', () => {
  expect(recentMean(Float64Array.of(9, 1, NaN, 3), 3)).toBe(2)
  expect(recentMean(Float64Array.of(NaN), 3)).toBeUndefined()
})

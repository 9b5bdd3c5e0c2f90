import { expect, it } from 'vitest'
import { oddSamples } from './odd-samples.ts'

const nearest = {
  count: 2,
  searched: 4,
  rows: Int32Array.of(1, 2, 0, 2, 1, 0, 2, -1, -1, -1),
  similarities: Float32Array.of(0.75, 0.5, 0.75, 0.5, 0.5, 0.5, 0.25, NaN, NaN, NaN),
}

it('ranks samples by the mean similarity to their neighbours, the lowest first, without those that have none', () => {
  const { outliers, searched } = oddSamples(Int32Array.of(0, 0, 0, 0, 0), nearest, 3)
  expect([...outliers.rows]).toEqual([3, 2, 0])
  expect([...outliers.similarities]).toEqual([0.25, 0.5, 0.625])
  expect(searched).toBe(4)
})

it('pairs each sample with the most similar one of another label, once', () => {
  const { conflicts } = oddSamples(Int32Array.of(0, 1, 1, 1, 0), nearest, 9)
  expect([...conflicts.first]).toEqual([0, 0])
  expect([...conflicts.second]).toEqual([1, 2])
  expect([...conflicts.similarities]).toEqual([0.75, 0.5])
  expect(oddSamples(Int32Array.of(0, 1, 1, 1, 0), nearest, 1).conflicts.first).toHaveLength(1)
})

import { expect, it } from 'vitest'
import { meansOf } from './subset.ts'
import { shownRows } from './sample-filter.ts'

const columns = {
  labels: Int32Array.of(0, 0, 1, 1),
  guesses: Int32Array.of(0, 1, 1, -1),
  confidences: Float32Array.of(0.5, 0.75, 0.25, NaN),
  losses: Float32Array.of(0.5, 2, 1.5, NaN),
  inTop5: Uint8Array.of(1, 1, 0, 0),
}

it('the means of some samples leave out losses that are none', () => {
  expect(meansOf(columns, Int32Array.of(1, 2, 3))).toEqual({ loss: 1.75, top5: 1 / 3 })
  expect(meansOf(columns, Int32Array.of(3))).toEqual({ loss: null, top5: 0 })
})

it('only samples among some are shown', () => {
  expect([...shownRows(columns, { kind: 'wrong' }, 'file', Int32Array.of(0, 3))]).toEqual([3])
  expect([...shownRows(columns, { kind: 'all' }, 'worst', Int32Array.of(0, 2))]).toEqual([2, 0])
})

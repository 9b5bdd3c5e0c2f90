import { describe, expect, it } from 'vitest'
import { bestAndLast, isLowerBetter } from './metric.ts'

describe('the better value', () => {
  it.each([
    ['loss', true],
    ['top1', false],
    ['top5', false],
    ['imagesPerSecond', false],
    ['dataWait', true],
    ['lossScale', false],
    ['val_error', true],
  ])('of %s is the smaller one: %s', (metric, lower) => {
    expect(isLowerBetter(metric)).toBe(lower)
  })

  it('is found with the last one', () => {
    const values = Float64Array.of(NaN, 0.5, 0.9, 0.9, 0.7, NaN)
    expect(bestAndLast(values, 'top1')).toEqual({ best: 0.9, bestIndex: 2, last: 0.7, lastIndex: 4 })
    expect(bestAndLast(values, 'loss')).toEqual({ best: 0.5, bestIndex: 1, last: 0.7, lastIndex: 4 })
  })

  it('is nothing where no value is finite', () => {
    expect(bestAndLast(Float64Array.of(NaN, Infinity), 'loss')).toBeUndefined()
  })
})

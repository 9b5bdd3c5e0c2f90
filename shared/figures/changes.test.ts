import { describe, expect, it } from 'vitest'
import { changedSamples, lossDifference } from './changes.ts'
import { compareGuesses } from './paired.ts'
import { CLASSES, columns, guesses, withGaps } from './test-kit.ts'

describe('the samples that not both have right', () => {
  it('are told by what became of them, the largest change first', () => {
    const first = columns([0, 0, 0, 0, 0, 0, 0], [0, 1, 1, 0, 0, 1, 1])
    const second = columns([0, 0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 1, 1, 1])
    const likely = [
      [0.6, 0.1, 0.4, 0.9, 0.9, 0.3, 0.1],
      [0.4, 0.7, 0.8, 0.9, NaN, 0.2, 0.05],
    ].map((values) => Float32Array.from(values)) as [Float32Array, Float32Array]
    const { fixed, broken, bothWrong } = changedSamples(first, second, ...likely)
    expect([...fixed]).toEqual([1, 2])
    expect([...broken]).toEqual([4, 0])
    expect([...bothWrong]).toEqual([6, 5])
  })

  it('are as many as the counts say', () => {
    const likely = guesses.confidences
    const { fixed, broken, bothWrong } = changedSamples(guesses, withGaps, likely, likely)
    expect(compareGuesses(guesses, withGaps, CLASSES)).toMatchObject({
      fixed: fixed.length,
      broken: broken.length,
      bothWrong: bothWrong.length,
    })
  })
})

describe('the difference of losses', () => {
  it('is of the samples that have two', () => {
    const first = Float32Array.of(1, 2, NaN, 4, 8)
    const second = Float32Array.of(0.5, 2, 1, Infinity, 6)
    expect(lossDifference(first, second, 1)).toMatchObject({
      samples: 3,
      first: 11 / 3,
      second: 8.5 / 3,
      difference: -2.5 / 3,
    })
  })

  it.each([2000, 100_001])('of %d samples has an interval near that of the normal distribution', (count) => {
    const first = Float32Array.from({ length: count }, () => 1)
    const second = Float32Array.from({ length: count }, (_, i) => 1 + Math.sin(i * i))
    const found = lossDifference(first, second, 3)!
    const mean = second.reduce((sum, value) => sum + value - 1, 0) / count
    const deviation = Math.sqrt(second.reduce((sum, value) => sum + (value - 1 - mean) ** 2, 0) / count)
    const half = (1.96 * deviation) / Math.sqrt(count)
    expect(found.difference).toBeCloseTo(mean, 6)
    expect(Math.abs(found.interval.low - (mean - half))).toBeLessThan(half / 5)
    expect(Math.abs(found.interval.high - (mean + half))).toBeLessThan(half / 5)
  })

  it('has the same interval for the same seed', () => {
    const [first, second] = [guesses.confidences, guesses.confidences.map((value, i) => value + Math.sin(i))]
    const found = lossDifference(first, second, 3)!
    expect(lossDifference(first, second, 3)).toEqual(found)
    expect(lossDifference(first, second, 4)!.interval).not.toEqual(found.interval)
  })

  it('is none where no sample has two, and none from itself', () => {
    expect(lossDifference(Float32Array.of(NaN, 1), Float32Array.of(1, NaN), 1)).toBeUndefined()
    const same = lossDifference(Float32Array.of(1, 2), Float32Array.of(1, 2), 1)!
    expect([same.difference, same.interval.low, same.interval.high]).toEqual([0, 0, 0])
    expect(() => lossDifference(Float32Array.of(1), Float32Array.of(), 1)).toThrow('1 losses and 0')
  })
})

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Throttle } from './throttle.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('passes on the first at once, then the latest of each interval, and never loses the last', () => {
  const seen: number[] = []
  const throttle = new Throttle<number>(50, (value) => seen.push(value))
  for (const value of [1, 2, 3]) throttle.add(value)
  expect(seen).toEqual([1])
  vi.advanceTimersByTime(50)
  expect(seen).toEqual([1, 3])
  throttle.add(4)
  expect(seen).toEqual([1, 3])
  vi.advanceTimersByTime(50)
  expect(seen).toEqual([1, 3, 4])
  vi.advanceTimersByTime(500)
  throttle.add(5)
  expect(seen).toEqual([1, 3, 4, 5])
})

it('passes on at most 20 a second', () => {
  const seen: number[] = []
  const throttle = new Throttle<number>(50, (value) => seen.push(value))
  for (let i = 0; i < 1000; i++) {
    throttle.add(i)
    vi.advanceTimersByTime(1)
  }
  expect(seen.length).toBeLessThanOrEqual(21)
  throttle.flush()
  expect(seen.at(-1)).toBe(999)
})

import { describe, expect, it } from 'vitest'
import { formatDuration, formatMetric, formatValue, formatX } from './format.ts'

describe('a number', () => {
  it.each([
    [0.36808, '0.3681'],
    [2.4003, '2.400'],
    [1730.32, '1,730'],
    [3.5219917e-7, '3.52e-7'],
    [0, '0'],
    [-12.345, '-12.35'],
    [123.45, '123.5'],
    [NaN, '–'],
    [undefined, '–'],
    [Infinity, '∞'],
  ])('%s is written %s', (value, text) => {
    expect(formatValue(value)).toBe(text)
  })

  it('is in per cent where it is a share', () => {
    expect(formatMetric('top1', 0.8842)).toBe('88.42 %')
    expect(formatMetric('loss', 0.8842)).toBe('0.8842')
  })
})

it.each([
  [8.4, '8 s'],
  [185, '3 min 05 s'],
  [8040, '2 h 14 min'],
  [273_600, '3 d 4 h'],
  [undefined, '–'],
])('%s seconds are %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text)
})

it('a place on the axis is in its terms', () => {
  expect(formatX('step', 12345)).toBe('12,345')
  expect(formatX('epoch', 1.2345)).toBe('1.23')
  expect(formatX('relative', 75)).toBe('1 min 15 s')
  expect(formatX('wall', new Date(2026, 10, 23, 7, 5, 9).getTime())).toBe('2026-11-23 07:05:09')
})

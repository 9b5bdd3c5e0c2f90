import { describe, expect, it } from 'vitest'
import { logTicks, ticks } from './ticks.ts'

describe('ticks', () => {
  it.each([
    ['value', 0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    ['value', 0.31, 0.62, 4, [0.4, 0.5, 0.6]],
    ['value', -1, 1, 4, [-1, -0.5, 0, 0.5, 1]],
    ['value', 3.5e-7, 9e-7, 3, [4e-7, 6e-7, 8e-7]],
    ['step', 0, 1302, 6, [0, 200, 400, 600, 800, 1000, 1200]],
    ['step', 10, 12, 8, [10, 11, 12]],
    ['epoch', 0, 14, 7, [0, 2, 4, 6, 8, 10, 12, 14]],
    ['relative', 0, 95, 5, [0, 30, 60, 90]],
    ['relative', 0, 20_000, 6, [0, 3600, 7200, 10_800, 14_400, 18_000]],
    ['relative', 0, 400_000, 4, [0, 86_400, 172_800, 259_200, 345_600]],
  ] as const)('%s from %d to %d', (kind, from, to, count, expected) => {
    expect(ticks(kind, { from, to }, count)).toEqual(expected)
  })

  it('of the clock are round in local time', () => {
    const from = new Date(2026, 10, 23, 7, 5).getTime()
    const expected = [10, 20, 30].map((minute) => new Date(2026, 10, 23, 7, minute).getTime())
    expect(ticks('wall', { from, to: from + 30 * 60_000 }, 4)).toEqual(expected)
  })
})

describe('logarithmic ticks', () => {
  it.each([
    [0.4, 2.4, 8, [0.4, 0.5, 0.6, 0.8, 1, 2]],
    [0.001, 1, 6, [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]],
    [1e-7, 1, 6, [1e-7, 1e-5, 1e-3, 0.1].map((v) => v)],
    [90, 110, 4, [90, 95, 100, 105, 110]],
  ])('from %d to %d', (from, to, count, expected) => {
    const got = logTicks({ from, to }, count)
    if (from === 1e-7) return expect(got.every((v) => Number.isInteger(Math.log10(v)))).toBe(true)
    expect(got).toEqual(expected)
  })
})

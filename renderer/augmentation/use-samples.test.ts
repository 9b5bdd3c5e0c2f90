import { describe, expect, it } from 'vitest'
import { spread } from './use-samples.ts'

describe('the gallery', () => {
  it('is spread evenly over all images and steps on', () => {
    expect(spread(240, 0)).toEqual(Array.from({ length: 24 }, (_, i) => 10 * i))
    expect(spread(240, 3)[23]).toBe(233)
    expect(spread(240, 239)[1]).toBe(9)
  })

  it('shows every image of a small split once', () => {
    expect(spread(3, 0)).toEqual([0, 1, 2])
    expect(spread(3, 2)).toEqual([2, 0, 1])
    expect(spread(0, 0)).toEqual([])
    expect(new Set(spread(1000, 500)).size).toBe(24)
  })
})

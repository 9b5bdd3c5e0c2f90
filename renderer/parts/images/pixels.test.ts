import { describe, expect, it } from 'vitest'
import { toRgba } from './pixels.ts'

describe('pixels for a canvas', () => {
  it('repeats grey in every colour', () => {
    expect([...toRgba(Uint8Array.of(0, 200), 1)]).toEqual([0, 0, 0, 255, 200, 200, 200, 255])
  })

  it('keeps the order of the colours', () => {
    expect([...toRgba(Uint8Array.of(1, 2, 3, 250, 251, 252), 3)]).toEqual([1, 2, 3, 255, 250, 251, 252, 255])
  })

  it('refuses other channels', () => {
    expect(() => toRgba(Uint8Array.of(1, 2), 2)).toThrow('An image of 2 channels cannot be drawn.')
  })
})

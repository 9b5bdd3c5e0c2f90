import { describe, expect, it } from 'vitest'
import { contrast, nextColour, palette } from './palette.ts'

describe('the palette', () => {
  it('has 50 colours that stand out from both backgrounds', () => {
    expect(new Set(palette).size).toBe(50)
    for (const colour of palette) {
      expect(contrast(colour, '#ffffff'), colour).toBeGreaterThanOrEqual(3)
      expect(contrast(colour, '#1b1d22'), colour).toBeGreaterThanOrEqual(3)
    }
  })

  it('is measured by the contrast of WCAG', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 10)
    // WCAG's well-known smallest grey that passes 4.5:1 on white.
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2)
  })
})

describe('a new run', () => {
  it('gets the first colour that no other has', () => {
    expect(nextColour([])).toBe(palette[0])
    expect(nextColour([palette[0]!, palette[2]!])).toBe(palette[1])
  })

  it('gets the one that fewest have when all are taken', () => {
    expect(nextColour([...palette, palette[0]!, palette[1]!])).toBe(palette[2])
    expect(nextColour(['#123456', ...palette])).toBe(palette[0])
  })
})

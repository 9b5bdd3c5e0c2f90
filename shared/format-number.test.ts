import { describe, expect, it } from 'vitest'
import { formatAmount, formatCount, formatNumber, formatPercent } from './format-number.ts'

describe('what a person reads', () => {
  it('counts with thousands apart', () => {
    expect(formatCount(1234567)).toBe('1,234,567')
    expect(formatAmount(1, 'image')).toBe('1 image')
    expect(formatAmount(1200, 'class', 'classes')).toBe('1,200 classes')
  })

  it('gives shares in percent', () => {
    expect(formatPercent(0.414)).toBe('41%')
    expect(formatPercent(0.8766, 1)).toBe('87.7%')
  })

  it('writes numbers short, the small ones with a power of ten', () => {
    expect([0, 0.256, 1 / 32768, 1e-5, 123.675, 2e7].map((value) => formatNumber(value))).toEqual([
      '0',
      '0.256',
      '3.052e-5',
      '1e-5',
      '123.7',
      '2e+7',
    ])
    expect(formatNumber(-4 / 3, 3)).toBe('-1.33')
  })
})

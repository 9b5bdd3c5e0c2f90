import { describe, expect, it } from 'vitest'
import { findKey } from '../../../shared/recipe/keys.ts'
import { sliderRange } from './slider-range.ts'

const range = (path: string, value: unknown) => sliderRange(findKey(path)!, value)

describe('a slider', () => {
  it("takes the ends of the key's own range", () => {
    expect(range('augment.flip', 0.5)).toEqual({ min: 0, max: 1, step: 0.01, value: 0.5 })
  })

  it('has two handles for a pair', () => {
    expect(range('augment.area', [0.08, 1])).toMatchObject({ min: 0.01, max: 1, value: [0.08, 1] })
  })

  it('gives way to a field where the value is beyond its ends or the key has none', () => {
    expect(range('augment.padding', 64)).toBeUndefined()
    expect(range('augment.aspect', [0.1, 2])).toBeUndefined()
    expect(range('schedule.epochs', 90)).toBeUndefined()
    expect(range('augment.crop', 'none')).toBeUndefined()
  })
})

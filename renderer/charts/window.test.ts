import { describe, expect, it } from 'vitest'
import { between, dragged, panned, toPixel, toValue, zoomed, type DrawnAxis } from './window.ts'

const x: DrawnAxis = { from: 0, to: 100, start: 50, end: 250, log: false }
/** Pixels grow downwards, values upwards. */
const y: DrawnAxis = { from: 0.01, to: 100, start: 400, end: 0, log: true }

describe('an axis', () => {
  it('maps values to pixels and back', () => {
    expect(toPixel(x, 25)).toBe(100)
    expect(toValue(x, 100)).toBe(25)
    expect(toPixel(y, 1)).toBeCloseTo(200, 10)
    expect(toValue(y, 100)).toBeCloseTo(10, 10)
  })

  it('gives the stretch between two pixels, whichever comes first', () => {
    expect(between(x, 150, 100)).toEqual({ from: 25, to: 50 })
    expect(between(y, 300, 100).from).toBeCloseTo(0.1, 10)
  })
})

it('panning to the right shows what is further left', () => {
  expect(panned(x, 20)).toEqual({ from: -10, to: 90 })
  expect(panned(y, 100).to).toBeCloseTo(1000, 8)
})

it('zooming keeps the value under the pointer where it is', () => {
  expect(zoomed(x, 100, 0.5)).toEqual({ from: 12.5, to: 62.5 })
  const { from, to } = zoomed(y, 200, 2)
  expect(toPixel({ ...y, from, to }, 1)).toBeCloseTo(200, 8)
})

describe('a drag', () => {
  it('takes both stretches when it goes both ways', () => {
    expect(dragged(x, { ...y, log: false, from: 0, to: 4 }, [100, 100], [150, 300], {})).toEqual({
      x: { from: 25, to: 50 },
      y: { from: 1, to: 3 },
    })
  })

  it('leaves the direction alone in which it hardly moved', () => {
    const old = { y: { from: 1, to: 2 } }
    expect(dragged(x, y, [100, 100], [150, 104], old)).toEqual({ x: { from: 25, to: 50 }, y: old.y })
    expect(dragged(x, y, [100, 100], [102, 300], {})?.x).toBeUndefined()
  })

  it('means nothing when it is a click', () => {
    expect(dragged(x, y, [100, 100], [103, 98], {})).toBeUndefined()
  })
})

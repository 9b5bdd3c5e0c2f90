import { expect, it } from 'vitest'
import { paintMap } from './map-paint.ts'

it('draws discs over one another, cut off at the edges, and nothing that is elsewhere', () => {
  const picture = { pixels: new Uint32Array(7 * 5).fill(9), width: 7, height: 5 }
  // The middle of 7 and 5 pixels is 3.5 and 2.5: the first two are in the middle, then the corner, nowhere, far away, and just outside.
  const places = {
    x: Float32Array.of(-0.5, -0.5, -3.5, NaN, 99, 3.5),
    y: Float32Array.of(0.5, 0.5, 2.5, NaN, 0, 0.5),
  }
  const rows = Int32Array.of(1, 0, 2, 3, 4, 5)
  const colours = Uint32Array.of(1, 2, 3, 4, 5, 6)
  paintMap(picture, places, { x: 0, y: 0, scale: 1 }, { rows, colours, radius: 1 })
  const lines = Array.from({ length: 5 }, (_, line) => [...picture.pixels.subarray(7 * line, 7 * line + 7)].join(''))
  expect(lines).toEqual(['3300000', '3001000', '0011106', '0001000', '0000000'])
})

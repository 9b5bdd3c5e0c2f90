import { describe, expect, it } from 'vitest'
import { prepare } from './curve.ts'
import { hoverRows } from './hover.ts'
import type { DrawnAxis } from './window.ts'

const curve = (id: string, steps: number[], values: number[]) =>
  prepare(
    {
      id,
      label: id,
      colour: '#217fd8',
      split: 'train',
      start: 0,
      columns: {
        steps: Float64Array.from(steps),
        epochs: Float64Array.from(steps),
        walls: Float64Array.from(steps),
        values: Float64Array.from(values),
      },
    },
    'step',
    0,
  )

const x: DrawnAxis = { from: 0, to: 100, start: 0, end: 1000, log: false }
const y: DrawnAxis = { from: 0, to: 10, start: 100, end: 0, log: false }
const curves = [
  curve('high', [10, 20, 30], [9, 8, 7]),
  curve('low', [10, 21, 30], [1, 2, 3]),
  curve('short', [1, 2], [5, 5]),
  curve('gap', [20], [NaN]),
]

describe('at the pointer', () => {
  it('the nearest curve comes first, each with its nearest point', () => {
    const rows = hoverRows(curves, x, y, { value: 20.4, pixelX: 204, pixelY: 70 })
    expect(rows.map(({ curve: { id }, step, raw, at }) => [id, step, raw, ...at])).toEqual([
      ['low', 21, 2, 210, 80],
      ['high', 20, 8, 200, 20],
    ])
  })

  it('the highest comes first where the pointer is over another chart', () => {
    expect(hoverRows(curves, x, y, { value: 20, pixelX: 200 }).map((row) => row.curve.id)).toEqual(['high', 'low'])
  })

  it('a curve that ends far away is left out', () => {
    expect(hoverRows(curves, x, y, { value: 90, pixelX: 900, pixelY: 0 })).toEqual([])
  })
})

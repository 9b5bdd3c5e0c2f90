import { describe, expect, it } from 'vitest'
import { cellAt, fittingCell, inSight, marginOf, zoomed } from './matrix-view.ts'

describe('the confusion matrix in its room', () => {
  it('has names beside it where they can be read, and fills the room without them', () => {
    expect(fittingCell(10, 600, 500)).toBeCloseTo(39.2)
    expect(fittingCell(2, 600, 500)).toBe(40)
    expect(fittingCell(1000, 600, 500)).toBe(0.5)
    expect([marginOf(20) > 0, marginOf(0.5)]).toEqual([true, 0])
  })

  it('is zoomed no further out than the whole', () => {
    expect(zoomed(0.5, 2, 0.5)).toBe(1)
    expect(zoomed(0.6, 0.5, 0.5)).toBe(0.5)
    expect(zoomed(30, 2, 0.5)).toBe(40)
  })

  it('knows the cell under the pointer, and those in sight', () => {
    const view = { classes: 100, cell: 20, margin: 100, left: 400, top: 0 }
    expect(cellAt(view, 100, 100)).toEqual({ row: 0, column: 20 })
    expect(cellAt(view, 145, 125)).toEqual({ row: 1, column: 22 })
    expect(cellAt(view, 99, 125)).toBeUndefined()
    expect(cellAt({ ...view, classes: 21 }, 145, 125)).toBeUndefined()
    expect(inSight(view, 400, 300)).toEqual([20, 30])
    expect(inSight(view, 1900, 300)).toEqual([95, 100])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gridWindow, type GridShape } from './grid.ts'

const shape: GridShape = { width: 1000, height: 500, cell: 96, gap: 4, caption: 16, total: 100_000 }

describe('the window of the grid', () => {
  it('fits as many columns as there is room for', () => {
    expect(gridWindow(shape, 0)).toEqual({
      columns: 10,
      rowHeight: 116,
      contentHeight: 1_160_000,
      first: 0,
      end: 70,
      top: 0,
    })
    expect(gridWindow({ ...shape, width: 50 }, 0).columns).toBe(1)
  })

  it('draws what is in sight and two rows around it', () => {
    expect(gridWindow(shape, 116 * 100)).toMatchObject({ first: 980, end: 1070, top: 98 * 116 })
  })

  it('ends with the last image', () => {
    const { contentHeight } = gridWindow(shape, 0)
    expect(gridWindow(shape, contentHeight - shape.height).end).toBe(100_000)
    expect(gridWindow({ ...shape, total: 0 }, 0)).toMatchObject({ contentHeight: 0, first: 0, end: 0 })
  })

  it('always covers what is in sight, and little more', () => {
    const lengths = fc.record({
      width: fc.integer({ min: 10, max: 4000 }),
      height: fc.integer({ min: 1, max: 3000 }),
      total: fc.integer({ min: 1, max: 200_000 }),
    })
    fc.assert(
      fc.property(lengths, fc.double({ min: 0, max: 1, noNaN: true }), (some, share) => {
        const all = { ...shape, ...some }
        const scrollTop = share * Math.max(0, gridWindow(all, 0).contentHeight - all.height)
        const { columns, rowHeight, first, end, top } = gridWindow(all, scrollTop)
        const bottom = top + Math.ceil((end - first) / columns) * rowHeight
        expect(top).toBeLessThanOrEqual(scrollTop)
        expect(end === all.total || bottom >= scrollTop + all.height).toBe(true)
        expect(end - first).toBeLessThanOrEqual((Math.ceil(all.height / rowHeight) + 5) * columns)
      }),
    )
  })
})

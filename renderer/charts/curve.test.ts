import { describe, expect, it } from 'vitest'
import { prepare, trace, visible, type Curve } from './curve.ts'

function curveOf(values: readonly number[], band?: Curve['band']): Curve {
  const steps = Float64Array.from(values, (_, i) => 10 * (i + 1))
  const columns = {
    steps,
    epochs: steps.map((s) => s / 100),
    walls: steps.map((s) => 5000 + s),
    values: Float64Array.from(values),
  }
  return { id: 'a/train', label: 'a', colour: '#217fd8', split: 'train', columns, start: 5000, band }
}

describe('a curve in a chart', () => {
  const prepared = prepare(curveOf([4, 2, 6, 0]), 'relative', 0.5)

  it('has its x and its smoothed values beside the raw ones', () => {
    expect([...prepared.xs]).toEqual([10, 20, 30, 40])
    expect([...prepared.raw]).toEqual([4, 2, 6, 0])
    expect(prepared.smoothed[1]).toBeCloseTo((0.5 * 4 + 2) / 1.5, 12)
  })

  it('is cut to what is in view, and a point beyond', () => {
    expect(visible(prepared, { from: 15, to: 25 })).toEqual([0, 3])
    expect(visible(prepared, { from: 100, to: 200 })).toEqual([3, 4])
    expect(visible(prepared, undefined)).toEqual([0, 4])
  })

  it('is handed over as x and y in turns', () => {
    const { raw, smoothed, points, drawn } = trace(prepared, { from: 15, to: 25 }, 100)
    expect([...raw!]).toEqual([10, 4, 20, 2, 30, 6])
    expect([smoothed[0], smoothed[2], smoothed[4]]).toEqual([10, 20, 30])
    expect([points, drawn]).toEqual([3, 3])
  })

  it('is left as it is where it is one of validation', () => {
    expect([...prepare({ ...curveOf([4, 2]), split: 'val' }, 'step', 0.9).smoothed]).toEqual([4, 2])
  })

  it('is smoothed before it is reduced', () => {
    const long = prepare(curveOf(Array.from({ length: 5000 }, (_, i) => (i % 2 ? 1 : 0))), 'step', 0.9)
    const { smoothed, raw, points, drawn } = trace(long, undefined, 100)
    expect([points, drawn]).toEqual([5000, 100])
    const late = [...smoothed].filter((_, i) => i % 2 === 1).slice(10)
    for (const y of late) expect(Math.abs(y - 0.5)).toBeLessThan(0.06)
    expect(new Set([...raw!].filter((_, i) => i % 2 === 1))).toEqual(new Set([0, 1]))
  })

  it('has no raw trace where nothing is smoothed', () => {
    expect(trace(prepare(curveOf([1, 2]), 'step', 0), undefined, 10).raw).toBeUndefined()
  })

  it('carries its band', () => {
    const banded = prepare(curveOf([2, 4], { low: Float64Array.of(1, 3), high: Float64Array.of(3, 5) }), 'step', 0)
    expect([...trace(banded, undefined, 10).band!]).toEqual([10, 1, 3, 20, 3, 5])
  })
})

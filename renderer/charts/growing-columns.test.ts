import { describe, expect, it } from 'vitest'
import { GrowingColumns } from './growing-columns.ts'

const points = (steps: number[]) => ({
  steps: Float64Array.from(steps),
  epochs: Float64Array.from(steps, (step) => step / 100),
  walls: Float64Array.from(steps, (step) => 1e9 + step),
  values: Float64Array.from(steps, (step) => 1 / step),
})

const sequence = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i)

describe('growing columns', () => {
  it('hold what was appended, piece by piece', () => {
    const growing = new GrowingColumns()
    for (let from = 1; from <= 1000; from += 7) growing.append(points(sequence(from, 7)))
    const whole = points(sequence(1, 1001))
    expect(growing.view()).toEqual(whole)
  })

  it('leave an earlier view as it was when they grow', () => {
    const growing = new GrowingColumns()
    growing.append(points([1, 2]))
    const before = growing.view()
    growing.append(points([3]))
    expect([...before.steps]).toEqual([1, 2])
    expect([...growing.view().steps]).toEqual([1, 2, 3])
  })

  it('go back with a run that was resumed at an earlier step', () => {
    const growing = new GrowingColumns()
    growing.append(points([10, 20, 30, 40]))
    growing.append(points([25, 35]))
    expect([...growing.view().steps]).toEqual([10, 20, 25, 35])
    growing.append(points([]))
    expect([...growing.view().values]).toEqual([0.1, 0.05, 1 / 25, 1 / 35])
  })

  it('leave columns that others share as they are', () => {
    const { steps, epochs, walls, values } = points([10, 20, 30])
    const one = new GrowingColumns()
    const other = new GrowingColumns()
    one.append({ steps, epochs, walls, values })
    other.append({ steps, epochs, walls, values: Float64Array.of(1, 2, 3) })
    one.append(points([20]))
    expect([...one.view().steps]).toEqual([10, 20])
    expect([...other.view().steps]).toEqual([10, 20, 30])
    expect([...steps]).toEqual([10, 20, 30])
  })
})

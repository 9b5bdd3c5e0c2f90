import { describe, expect, it } from 'vitest'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { meanBand, seedGroups, spread } from './seed-groups.ts'

const run = (id: string, recipe: Parameters<typeof parseRecipe>[0]) => ({ id, recipe: parseRecipe(recipe) })

it('runs that differ in seed and name only are one group', () => {
  const runs = [
    run('a', { run: { seed: 1, name: 'first' } }),
    run('b', { run: { seed: 1 }, loss: { labelSmoothing: 0 } }),
    run('c', { run: { seed: 2 } }),
    { id: 'damaged' },
    { id: 'other' },
  ]
  expect(seedGroups(runs).map((group) => group.map(({ id }) => id))).toEqual([
    ['a', 'c'],
    ['b'],
    ['damaged'],
    ['other'],
  ])
})

describe('the mean of a group', () => {
  const columns = (steps: number[], values: number[]) => ({
    steps: Float64Array.from(steps),
    epochs: Float64Array.from(steps, (step) => step / 10),
    walls: Float64Array.from(steps, (step) => 100 + step),
    values: Float64Array.from(values),
  })
  const runs = [
    columns([10, 20, 30, 40], [1, 2, 3, 4]),
    columns([10, 30, 40], [3, 5, 4]),
    columns([5, 10, 30, 50], [8, 5, 1, 0]),
  ]

  it('is taken at the steps that all have', () => {
    const band = meanBand(runs, 'range')!
    expect([...band.steps]).toEqual([10, 30])
    expect([...band.epochs]).toEqual([1, 3])
    expect([...band.values]).toEqual([3, 3])
    expect([...band.low]).toEqual([1, 1])
    expect([...band.high]).toEqual([5, 5])
  })

  it('has a band of one sample standard deviation', () => {
    // 2, 4, 4, 4, 5, 5, 7, 9: the sum of squares about 5 is 32, over 7 degrees of freedom.
    expect(spread([2, 4, 4, 4, 5, 5, 7, 9], 'deviation')).toEqual({
      mean: 5,
      low: 5 - Math.sqrt(32 / 7),
      high: 5 + Math.sqrt(32 / 7),
    })
    expect(spread([3], 'deviation')).toEqual({ mean: 3, low: 3, high: 3 })
  })

  it('is nothing where no step is common', () => {
    expect(meanBand([columns([1], [1]), columns([2], [1])], 'range')).toBeUndefined()
    expect(meanBand([], 'range')).toBeUndefined()
  })
})

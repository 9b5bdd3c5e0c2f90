import { describe, expect, it } from 'vitest'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { schedulePoints } from './schedule-points.ts'

describe('the drawn schedule', () => {
  it('has every step of a short run', () => {
    const recipe = parseRecipe({
      data: { batchSize: 256 },
      schedule: { name: 'step', epochs: 3, learningRate: 1, milestones: [2], factor: 0.5 },
    })
    expect(schedulePoints(recipe, 2)).toEqual([0, 0.5, 1, 1.5, 2, 2.5].map((epoch) => [epoch, epoch < 2 ? 1 : 0.5]))
  })

  it('thins out a long one and keeps its ends', () => {
    const recipe = parseRecipe({ data: { batchSize: 1024 } })
    const points = schedulePoints(recipe, 1251)
    expect(points).toHaveLength(600)
    expect(points[0]).toEqual([0, 1.024 / (5 * 1251)])
    expect(points.at(-1)![0]).toBeCloseTo(90 - 1 / 1251, 10)
    expect(Math.max(...points.map(([, rate]) => rate))).toBeCloseTo(1.024, 3)
  })

  it('draws the one step of the shortest run', () => {
    expect(
      schedulePoints(parseRecipe({ data: { batchSize: 256 }, schedule: { name: 'constant', epochs: 1 } }), 1),
    ).toEqual([[0, 0.256]])
  })
})

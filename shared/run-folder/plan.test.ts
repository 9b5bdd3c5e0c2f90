import { expect, it } from 'vitest'
import { parseRecipe } from '../recipe/validate.ts'
import { withPlan } from './plan.ts'
import type { RunRecord } from './record.ts'

const record = (step: number, epoch: number) =>
  ({ step, epoch, dataset: { classes: ['a', 'b'] } }) as unknown as RunRecord

it('of a run without one is worked out from what was done', () => {
  const recipe = parseRecipe({
    data: { batchSize: 8 },
    optimizer: { accumulate: 2 },
    schedule: { steps: 25, epochs: 90 },
  })
  expect(withPlan(record(20, 2), recipe).plan).toEqual({
    totalSteps: 25,
    stepsPerEpoch: 10,
    epochs: 3,
    imagesPerStep: 16,
    classes: 2,
  })
  expect(withPlan(record(0, 0), recipe).plan).toBeUndefined()
})

it('stays as the trainer wrote it', () => {
  const plan = { totalSteps: 7, stepsPerEpoch: 3, epochs: 3, imagesPerStep: 4, classes: 2 }
  expect(withPlan({ ...record(20, 2), plan }, parseRecipe({})).plan).toBe(plan)
})

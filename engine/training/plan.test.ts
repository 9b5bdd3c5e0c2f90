import { describe, expect, it } from 'vitest'
import { DatasetError } from '../../shared/errors.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { planTraining } from './plan.ts'

describe('the plan of training', () => {
  it('counts steps of the optimizer', () => {
    const recipe = parseRecipe({
      data: { batchSize: 128 },
      optimizer: { accumulate: 4 },
      schedule: { epochs: 3, name: 'constant', warmupEpochs: 0 },
    })
    const plan = planTraining(recipe, 11)
    expect(plan).toMatchObject({ batchSize: 512, stepsPerEpoch: 2, totalSteps: 6, epochs: 3 })
    // Twice the reference batch of 256.
    expect(plan.learningRate(0)).toBeCloseTo(0.512, 12)
  })

  it('ends after the steps that the recipe gives', () => {
    const recipe = parseRecipe({ data: { batchSize: 32 }, schedule: { epochs: 3, steps: 25 } })
    expect(planTraining(recipe, 10)).toMatchObject({ stepsPerEpoch: 10, totalSteps: 25, epochs: 3 })
  })

  it('is refused where an epoch has not one step', () => {
    expect(() => planTraining(parseRecipe({ optimizer: { accumulate: 4 } }), 3)).toThrow(DatasetError)
  })
})

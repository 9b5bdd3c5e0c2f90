import { describe, expect, it } from 'vitest'
import { DatasetError, RecipeError } from '../../shared/errors.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { classWeightsOf } from './class-weights.ts'

const labels = Int32Array.of(0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 2)
const classes = ['cat', 'dog', 'owl']
const weightsOf = (loss: object, named = classes) => classWeightsOf(parseRecipe({ loss }).loss, labels, named)

describe('the weights of classes', () => {
  it('are all alike unless the recipe says otherwise', () => {
    expect(weightsOf({})).toBeUndefined()
    expect(weightsOf({ classWeights: [1, 2, 3] })).toEqual([1, 2, 3])
  })

  it('balanced: every class counts the same in all, and an image 1 on average', () => {
    // sklearn.utils.class_weight.compute_class_weight: 12 / (3 * [6, 2, 4]).
    const weights = weightsOf({ balanced: true })!
    expect(weights).toEqual([12 / 18, 12 / 6, 12 / 12])
    expect([...labels].reduce((sum, label) => sum + weights[label]!, 0) / labels.length).toBeCloseTo(1, 12)
  })

  it('are refused where they do not fit the dataset', () => {
    expect(() => weightsOf({ classWeights: [1, 2] })).toThrow(
      new RecipeError('loss.classWeights must have a number for each of the 3 classes of the dataset, not 2.'),
    )
    expect(() => weightsOf({ balanced: true }, [...classes, 'yak'])).toThrow(DatasetError)
  })
})

import { expect, it } from 'vitest'
import { trainingMemory } from './training-memory.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'

const cost = { weights: 1000, trainable: 900, activations: 50 }

it.each([
  [
    'the default',
    {},
    { weights: 4000, optimizer: 3600, gradients: 3600, activations: 51_200, batchSize: 256, total: 62_400 },
  ],
  [
    'two moments, an average and accumulated gradients',
    { optimizer: { name: 'adamw', ema: 0.9, accumulate: 2 } },
    { optimizer: 4 * (3 * 900 + 1000) },
  ],
  [
    'half precision',
    { precision: { amp: 'bf16' }, data: { batchSize: 8 } },
    { activations: 2 * 50 * 8, weights: 4000, gradients: 3600 },
  ],
])('adds up what a step holds: %s', (_, recipe, expected) => {
  expect(trainingMemory(cost, parseRecipe(recipe))).toMatchObject(expected)
})

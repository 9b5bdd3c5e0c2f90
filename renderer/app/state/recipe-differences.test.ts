import { expect, it } from 'vitest'
import { parseRecipe } from '../../../shared/recipe/validate.ts'
import { differingKeys, recipeValue, valueText } from './recipe-differences.ts'

const base = parseRecipe({})
const smoother = parseRecipe({ loss: { labelSmoothing: 0.2 }, run: { seed: 3 } })
const smaller = parseRecipe({ model: { architecture: 'resnet18' }, run: { seed: 3 } })

it('the keys in which any two recipes differ', () => {
  expect(differingKeys([base, smoother, smaller])).toEqual(['model.architecture', 'loss.labelSmoothing', 'run.seed'])
  expect(differingKeys([undefined, smoother, smaller])).toEqual(['model.architecture', 'loss.labelSmoothing'])
  expect(differingKeys([base, base])).toEqual([])
  expect(differingKeys([])).toEqual([])
})

it('a key is read by its path', () => {
  expect(recipeValue(smaller, 'model.architecture')).toBe('resnet18')
  expect(recipeValue(undefined, 'model.architecture')).toBeUndefined()
})

it.each([
  [1 / 32768, '0.0000305176'],
  [[0.08, 1], '0.08, 1'],
  [true, 'on'],
  ['', '(empty)'],
  [undefined, '–'],
])('%j is shown as %s', (value, text) => {
  expect(valueText(value)).toBe(text)
})

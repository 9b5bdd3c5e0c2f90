import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RecipeError, UsageError } from '../errors.ts'
import { recipeKeys, type NumberRange, type RecipeKey } from './keys.ts'
import { presets } from './presets.ts'
import { diffRecipes, resolveRecipe, valueOf } from './resolve.ts'

/** A value that the key's documented type allows. */
function allowed({ type }: RecipeKey): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'flag':
      return fc.boolean()
    case 'choice':
      return fc.constantFrom(...type.choices)
    case 'text':
      return fc.string({ maxLength: type.maxLength ?? 20 }).map((text) => text.trim())
    case 'number':
      return numbers(type)
    case 'list':
      return fc
        .uniqueArray(numbers(type.items), { minLength: Math.max(1, type.minLength), maxLength: type.maxLength ?? 4 })
        .map((list) => list.sort((a, b) => a - b))
  }
}

const numbers = ({ integer, min, above, max = 1000 }: NumberRange): fc.Arbitrary<number> =>
  integer
    ? fc.integer({ min, max })
    : fc.double({ min: above ?? min ?? -max, max, noNaN: true, minExcluded: above !== undefined })

/** Keys whose values must fit those of others; any allowed value of the others makes a valid recipe. */
const bound = [
  'data.folds',
  'data.fold',
  'data.channels',
  'data.mean',
  'data.std',
  'data.imageSize',
  'data.startImageSize',
  'data.evaluationSize',
  'data.evaluationResize',
  'data.batchSize',
  'model.frozenStages',
]
const free = recipeKeys.filter(({ path }) => !bound.includes(path))

describe('layers', () => {
  it('are laid one over the other', () => {
    const recipe = resolveRecipe({
      preset: 'demo',
      document: { schedule: { epochs: 2, factor: 0.5 } },
      settings: ['schedule.epochs=4', 'schedule.epochs=5'],
    })
    expect(recipe.schedule).toMatchObject({ epochs: 5, factor: 0.5, warmupEpochs: 1 })
    expect(recipe.model.architecture).toBe('resnet8')
    expect(recipe.optimizer.name).toBe('sgd')
  })

  it('leave no way to the prototype', () => {
    expect(() =>
      resolveRecipe({ preset: 'demo', document: JSON.parse('{"__proto__":{"epochs":1}}') as unknown }),
    ).toThrow(RecipeError)
    expect(() => resolveRecipe({ settings: ['__proto__.epochs=1'] })).toThrow(RecipeError)
  })
})

describe('a setting', () => {
  it('of any key and any value that its documentation allows is what one reads back, and the only difference', () => {
    const settings = fc.constantFrom(...free).chain((key) => fc.tuple(fc.constant(key), allowed(key)))
    fc.assert(
      fc.property(settings, ([key, value]) => {
        const text = typeof value === 'string' ? value : JSON.stringify(value)
        const recipe = resolveRecipe({ settings: [`${key.path}=${text}`] })
        expect(JSON.stringify(valueOf(recipe, key.group, key.name))).toBe(JSON.stringify(value))
        const changed = diffRecipes(resolveRecipe({}), recipe).map(({ path }) => path)
        expect(changed).toEqual(JSON.stringify(value) === JSON.stringify(key.initial) ? [] : [key.path])
      }),
    )
  })

  it.each([
    ['data.dataset=123', '123'],
    ['data.dataset=a=b', 'a=b'],
    ['run.name=true', 'true'],
  ])('of a text stays text: %s', (setting, value) => {
    const { data, run } = resolveRecipe({ settings: [setting] })
    expect([data.dataset, run.name]).toContain(value)
  })

  it('takes a list with or without brackets', () => {
    expect(resolveRecipe({ settings: ['data.mean=1,2,3'] }).data.mean).toEqual([1, 2, 3])
    expect(resolveRecipe({ settings: ['data.mean=[1, 2, 3]'] }).data.mean).toEqual([1, 2, 3])
  })

  it.each([
    ['schedule.epoch=3', 'The recipe has no key schedule.epoch; did you mean schedule.epochs?'],
    ['epochs=3', 'The recipe has no key epochs; did you mean schedule.epochs?'],
    ['schedule.epochs', 'schedule.epochs is given no value; write schedule.epochs=VALUE.'],
    ['schedule.epochs=many', 'schedule.epochs must be a whole number of at least 1, not "many".'],
    ['data.mean=a,b', 'data.mean must be a list of 1 to 3 numbers, not "a,b".'],
  ])('that is wrong is explained: %s', (setting, message) => {
    expect(() => resolveRecipe({ settings: [setting] })).toThrow(new RecipeError(message))
  })
})

describe('presets', () => {
  it.each(presets)('$name is a valid recipe', ({ name }) => {
    expect(resolveRecipe({ preset: name }).schedule.epochs).toBeGreaterThan(0)
  })

  it('of NVIDIA is the default, but for its padding', () => {
    expect(diffRecipes(resolveRecipe({}), resolveRecipe({ preset: 'nvidia-90' }))).toEqual([
      { path: 'model.padding', before: 'symmetric', after: 'same' },
    ])
  })

  it('by an unknown name are refused with the nearest', () => {
    expect(() => resolveRecipe({ preset: 'nvidia90' })).toThrow(
      new UsageError('There is no preset nvidia90; did you mean nvidia-90?'),
    )
  })
})

import { describe, expect, it } from 'vitest'
import { findKey, recipeKeys } from '../../../shared/recipe/keys.ts'
import { resolveRecipe } from '../../../shared/recipe/resolve.ts'
import { parseRecipe } from '../../../shared/recipe/validate.ts'
import {
  changedPaths,
  checkDraft,
  draftOf,
  draftText,
  draftValue,
  inputText,
  readInput,
  readText,
  withValue,
} from './draft.ts'

const recipe = parseRecipe({})
const key = (path: string) => findKey(path)!
const set = (path: string, value: unknown) => withValue(draftOf(recipe), key(path), value)

describe('a draft', () => {
  it('is the recipe until a key is given another value', () => {
    expect(checkDraft(draftOf(recipe)).recipe).toEqual(recipe)
    const draft = set('schedule.epochs', 250)
    expect(checkDraft(draft).recipe).toEqual(parseRecipe({ schedule: { epochs: 250 } }))
    expect(changedPaths(recipe, draft)).toEqual(new Set(['schedule.epochs']))
    expect(draftValue(draftOf(recipe), key('schedule.epochs'))).toBe(90)
  })

  it('is told apart from a preset by the keys that differ', () => {
    const demo = resolveRecipe({ preset: 'demo' })
    expect(changedPaths(demo, draftOf(demo)).size).toBe(0)
    expect(changedPaths(demo, withValue(draftOf(demo), key('data.mean'), [72.93]))).toEqual(new Set())
    expect(changedPaths(demo, withValue(draftOf(demo), key('data.mean'), [70]))).toEqual(new Set(['data.mean']))
  })

  it('says what is wrong at the key it is about', () => {
    expect(checkDraft(set('augment.flip', 2)).problem).toEqual({
      path: 'augment.flip',
      message: 'augment.flip must be a number from 0 to 1, not 2.',
    })
    expect(checkDraft(set('data.imageSize', 320)).problem?.path).toBe('data.evaluationResize')
    expect(checkDraft({ ...recipe, models: {} }).problem?.path).toBeUndefined()
  })
})

describe('the text beside the form', () => {
  it('gives back the recipe it was made of', () => {
    expect(readText(draftText(draftOf(recipe))).recipe).toEqual(recipe)
  })

  it('may be a part of a recipe', () => {
    expect(readText('{"schedule": {"epochs": 3}}').recipe?.schedule.epochs).toBe(3)
  })

  it('is refused with a sentence', () => {
    expect(readText('{"schedule": ').problem?.message).toMatch(/^This is not JSON: /)
    expect(readText('{"schedule": {"epoch": 3}}').problem?.message).toBe(
      'The recipe has no key schedule.epoch; did you mean schedule.epochs?',
    )
  })
})

describe('a field', () => {
  it('reads back every default that it shows', () => {
    for (const { type, initial } of recipeKeys) expect(readInput(type, inputText(initial))).toEqual(initial)
  })

  it('reads fractions, lists and choices', () => {
    expect(readInput(key('optimizer.weightDecay').type, '1/32768')).toBe(1 / 32768)
    expect(readInput(key('optimizer.weightDecay').type, '5e-4')).toBe(0.0005)
    expect(readInput(key('augment.aspect').type, '3/4, 4/3')).toEqual([0.75, 4 / 3])
    expect(readInput(key('data.channels').type, '1')).toBe(1)
    expect(readInput(key('schedule.milestones').type, '')).toEqual([])
  })

  it('leaves what is no number for the check to refuse', () => {
    const typed = readInput(key('schedule.epochs').type, 'many')
    expect(checkDraft(set('schedule.epochs', typed)).problem?.message).toBe(
      'schedule.epochs must be a whole number of at least 1, not "many".',
    )
    expect(checkDraft(set('schedule.epochs', readInput(key('schedule.epochs').type, ''))).problem?.path).toBe(
      'schedule.epochs',
    )
  })
})

import { describe, expect, it } from 'vitest'
import { findKey } from '../../shared/recipe/keys.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { whyUnused } from './applies.ts'
import { draftOf } from './draft.ts'

const draft = draftOf(parseRecipe({ augment: { crop: 'pad-and-crop' }, schedule: { name: 'step' } }))

describe('a key that does nothing', () => {
  it('says what it waits for', () => {
    expect(whyUnused('augment.area', draft)).toBe('Only used when augment.crop is random-resized.')
    expect(whyUnused('schedule.finalLearningRate', draft)).toBe('Only used when schedule.name is cosine.')
  })

  it('is none of the others', () => {
    const paths = ['augment.padding', 'augment.flip', 'schedule.milestones', 'schedule.factor', 'model.architecture']
    expect(paths.filter((path) => findKey(path) && whyUnused(path, draft))).toEqual([])
  })
})

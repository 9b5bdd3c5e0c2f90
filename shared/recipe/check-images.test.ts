import { expect, it } from 'vitest'
import { RecipeError } from '../errors.ts'
import { parseRecipe } from './validate.ts'

const grey = { channels: 1, mean: [70], std: [80] }

it.each([
  [
    { data: grey, augment: { hue: 0.1 } },
    'augment.hue must be 0 where data.channels is 1, since grey images have no colour, not 0.1.',
  ],
  [
    { data: grey, augment: { saturation: 0.4 } },
    'augment.saturation must be 0 where data.channels is 1, since grey images have no colour, not 0.4.',
  ],
  [
    { data: { batchSize: 1 }, augment: { cutmix: 1 } },
    'augment.cutmix needs another image of the batch; set data.batchSize to at least 2, or it to 0.',
  ],
  [{ data: { folds: 3, fold: 3 } }, 'data.fold must be below data.folds (3), not 3.'],
  [{ data: { folds: 1 } }, 'data.folds must be at least 2, or 0, not 1: with one fold there is nothing to train on.'],
  [
    { data: { startImageSize: 224 } },
    'data.startImageSize must be below data.imageSize (224) for images to grow, or 0, not 224.',
  ],
  [
    { data: { startImageSize: 100, resizeEpochs: [0, 5] } },
    'data.startImageSize must be a multiple of 32 where images grow during training, not 100.',
  ],
  [
    { data: { startImageSize: 128, imageSize: 200, resizeEpochs: [0, 5] } },
    'data.imageSize must be a multiple of 32 where images grow during training, not 200.',
  ],
  [
    { data: { startImageSize: 128 } },
    'data.resizeEpochs must say in which epochs images grow, since data.startImageSize is set, such as [0,30], not [0,0].',
  ],
  [
    { data: { imageSize: 224, evaluationSize: 160, evaluationResize: 180 }, augment: { crop: 'none' } },
    'data.evaluationResize must be at least data.imageSize (224), since augment.crop is none and takes its window from it, not 180.',
  ],
])('refuses %j', (recipe, message) => {
  expect(() => parseRecipe(recipe)).toThrow(new RecipeError(message))
})

it('accepts what fits', () => {
  for (const recipe of [
    { data: grey, augment: { contrast: 0.5 } },
    { data: { startImageSize: 128, resizeEpochs: [0, 5] } },
    { augment: { mixup: 0.2, cutmix: 1 } },
  ])
    expect(parseRecipe(recipe)).toMatchObject(recipe)
})

import { describe, expect, it } from 'vitest'
import { unusedChanges, whyUnused } from './applies.ts'
import { recipeKeys } from './keys.ts'
import { presets } from './presets.ts'
import { resolveRecipe } from './resolve.ts'

const because = (path: string, ...settings: string[]) => whyUnused(path, resolveRecipe({ settings }))

describe('a key that does nothing', () => {
  it.each([
    ['augment.area', ['augment.crop=pad-and-crop'], 'Only used when augment.crop is random-resized.'],
    ['optimizer.beta1', [], 'Only used when optimizer.name is adamw or lamb.'],
    ['optimizer.momentum', ['optimizer.name=adamw'], 'Only used when optimizer.name is sgd or lars.'],
    [
      'schedule.finalLearningRate',
      ['schedule.name=step'],
      'Only used when schedule.name is cosine, polynomial or one-cycle.',
    ],
    ['schedule.warmupEpochs', [], 'Only used when a step has at least schedule.warmupFromBatch images.'],
    [
      'precision.initialLossScale',
      ['precision.amp=fp16', 'precision.lossScale=128'],
      'Only used when precision.lossScale is 0.',
    ],
    ['model.blurPool', ['model.architecture=mobilenetv2'], 'Only used when the network is a ResNet.'],
    [
      'model.padding',
      ['model.architecture=convnext-tiny'],
      'Only used when the network pads a step down in resolution, which convnext-tiny never does, nor resnet8, resnet20, resnet56 with model.blurPool.',
    ],
    [
      'model.blurPool',
      ['model.file=net.json'],
      'Only used when model.file is empty: the file says what the network is.',
    ],
  ])('%s says what it waits for', (path, settings, reason) => {
    expect(because(path, ...settings)).toBe(reason)
  })

  it.each([
    ['augment.padding', ['augment.crop=pad-and-crop']],
    ['augment.flip', []],
    ['schedule.milestones', ['schedule.name=step']],
    ['schedule.warmupEpochs', ['optimizer.accumulate=2']],
    ['model.blurPool', ['model.architecture=se-resnext101-32x4d']],
    ['model.padding', ['model.architecture=resnet20']],
    ['model.padding', ['model.blurPool=true']],
  ])('is not %s', (path, settings) => {
    expect(because(path, ...settings)).toBeUndefined()
  })

  it('is told where it was changed', () => {
    const recipe = resolveRecipe({
      settings: ['optimizer.beta1=0.8', 'augment.operations=3', 'optimizer.momentum=0.9'],
    })
    expect(unusedChanges(recipe)).toEqual([
      { path: 'augment.operations', reason: 'Only used when augment.policy is randaugment.' },
      { path: 'optimizer.beta1', reason: 'Only used when optimizer.name is adamw or lamb.' },
    ])
  })
})

it('every key does something in some recipe', () => {
  const recipes = [
    [
      'data.startImageSize=160',
      'data.resizeEpochs=0,30',
      'precision.amp=fp16',
      'schedule.warmupFromBatch=0',
      'augment.erasing=0.1',
      'run.onDivergence=roll-back',
      'optimizer.ema=0.99',
    ],
    [
      'precision.quantize=symmetric',
      'augment.crop=pad-and-crop',
      'augment.policy=randaugment',
      'schedule.name=one-cycle',
      'loss.name=focal',
    ],
    ['optimizer.name=lamb', 'schedule.name=step', 'loss.name=bce'],
    ['optimizer.name=lars', 'schedule.name=polynomial'],
  ].map((settings) => resolveRecipe({ settings }))
  const never = recipeKeys.filter(({ path }) => recipes.every((recipe) => whyUnused(path, recipe) !== undefined))
  expect(never.map(({ path }) => path)).toEqual([])
})

it('no preset states a key that does nothing', () => {
  const useless = presets.flatMap(({ name }) =>
    unusedChanges(resolveRecipe({ preset: name })).map(({ path }) => `${name} ${path}`),
  )
  expect(useless).toEqual([])
})

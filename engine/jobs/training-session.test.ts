import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DatasetError, RecipeError } from '../../shared/errors.ts'
import type { PartialRecipe } from '../../shared/recipe/schema.ts'
import { mergeRecipes } from '../../shared/recipe/merge.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { makeTinyDataset } from '../../tests/fixtures/tiny-dataset.ts'
import { openIndex, type DatasetIndex } from '../dataset/index.ts'
import { evaluate } from '../evaluation/evaluate.ts'
import type { EvaluatedBatch } from '../evaluation/evaluation-step.ts'
import { liveObjects } from '../tensorflow/c-api/index.ts'
import { openTrainingSession } from './training-session.ts'

let home: string
let index: DatasetIndex
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'anneal-'))
  index = await openIndex(await makeTinyDataset(join(home, 'halves')), join(home, 'cache'))
})
afterAll(() => rmSync(home, { recursive: true }))

const small: PartialRecipe = {
  model: { architecture: 'resnet8' },
  data: {
    imageSize: 24,
    evaluationResize: 24,
    channels: 1,
    mean: [128],
    std: [64],
    batchSize: 8,
    evaluationBatchSize: 16,
  },
}
const recipe = (changes: PartialRecipe) => parseRecipe(mergeRecipes(small, changes))
const native = () => ['Graph', 'GraphFunction', 'Session', 'Tensor', 'TensorHandle'].map(liveObjects)

const measure = (nextBatch: () => Promise<EvaluatedBatch>) =>
  evaluate(nextBatch, index.splits.val.count, index.classes.length)

describe('a training session', () => {
  it('leaves nothing in memory when it is disposed, nor when it cannot be opened', async () => {
    ;(await openTrainingSession(recipe({}), index)).dispose()
    const before = native()
    const session = await openTrainingSession(recipe({}), index)
    expect(native()).not.toEqual(before)
    session.dispose()
    expect(native()).toEqual(before)
    await expect(openTrainingSession(recipe({ loss: { classWeights: [1, 2, 3] } }), index)).rejects.toThrow(RecipeError)
    await expect(openTrainingSession(recipe({ optimizer: { accumulate: 7 } }), index)).rejects.toThrow(DatasetError)
    expect(native()).toEqual(before)
  })

  it('evaluates the moving averages of the weights', async () => {
    const session = await openTrainingSession(recipe({ optimizer: { ema: 0.999999 }, augment: { flip: 0 } }), index)
    try {
      await session.start(0)
      const before = await session.evaluate(measure)
      for (let i = 0; i < 3; i++) await session.step(0.1, i)
      // The averages have hardly left the first weights; the weights have.
      expect((await session.evaluate(measure)).loss).toBeCloseTo(before.loss, 3)
    } finally {
      session.dispose()
    }
    const plain = await openTrainingSession(recipe({ augment: { flip: 0 } }), index)
    try {
      await plain.start(0)
      const before = await plain.evaluate(measure)
      for (let i = 0; i < 3; i++) await plain.step(0.1, i)
      expect(Math.abs((await plain.evaluate(measure)).loss - before.loss)).toBeGreaterThan(0.01)
    } finally {
      plain.dispose()
    }
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openIndex, type DatasetIndex } from '../../engine/dataset/index.ts'
import { evaluate } from '../../engine/evaluation/evaluate.ts'
import { openTrainingSession } from '../../engine/jobs/training-session.ts'
import type { PartialRecipe } from '../../shared/recipe/schema.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'

const STEPS = 80
let index: DatasetIndex
let float32: Outcome

interface Outcome {
  readonly top1: number
  readonly loss: number
  readonly tensors: readonly string[]
  readonly skipped: number
}

const cache = mkdtempSync(join(tmpdir(), 'anneal-'))
afterAll(() => rmSync(cache, { recursive: true }))

beforeAll(async () => {
  index = await openIndex(join(import.meta.dirname, '../../datasets/fashion-mnist-mini'), cache)
  float32 = await train({})
})

/** A short training of a small residual network on small images, and its evaluation. */
async function train(precision: PartialRecipe['precision']): Promise<Outcome> {
  const recipe = parseRecipe({
    model: { architecture: 'resnet8' },
    data: {
      imageSize: 16,
      evaluationResize: 16,
      channels: 1,
      mean: [72.94],
      std: [90.02],
      batchSize: 64,
      evaluationBatchSize: 250,
    },
    augment: { crop: 'none' },
    schedule: { steps: STEPS, learningRate: 1.5, warmupFromBatch: 0, warmupEpochs: 0 },
    precision,
  })
  const session = await openTrainingSession(recipe, index)
  try {
    await session.start(0)
    let skipped = 0
    for (let step = 0; step < STEPS; step++)
      skipped += Number((await session.step(session.plan.learningRate(step), step)).skipped)
    const { top1, loss } = await session.evaluate((nextBatch) =>
      evaluate(nextBatch, index.splits.val.count, index.classes.length),
    )
    return { top1, loss, tensors: session.tensors.map(({ name }) => name), skipped }
  } finally {
    session.dispose()
  }
}

/** Of 1,000 images at 75 %, a standard deviation is 1.4 points; two runs that differ in rounding alone differ by a few. */
const NOISE = 0.06

describe('a small network on real images', () => {
  it('learns in float32', () => {
    expect(float32.top1).toBeGreaterThan(0.65)
    expect(float32).toMatchObject({ skipped: 0 })
  })

  it.each(['fp16', 'bf16'] as const)('reaches the accuracy of float32 in %s', async (amp) => {
    const { top1, skipped } = await train({ amp })
    expect(Math.abs(top1 - float32.top1)).toBeLessThan(NOISE)
    expect(skipped).toBeLessThan(10)
  })

  it.each(['asymmetric', 'symmetric'] as const)(
    'reaches it rounded to 8 bits after a delay, %s, with its ranges in the checkpoint',
    async (quantize) => {
      const { top1, tensors } = await train({ quantize, quantizeDelay: 20 })
      expect(Math.abs(top1 - float32.top1)).toBeLessThan(NOISE)
      expect(tensors).toEqual(expect.arrayContaining(['image/output_min', 'image/output_max', 'stem_relu/output_max']))
      expect(float32.tensors.filter((name) => name.includes('output_m'))).toEqual([])
    },
  )
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CheckpointError } from '../../shared/errors.ts'
import type { PartialRecipe } from '../../shared/recipe/schema.ts'
import { Session } from '../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { buildRestoreWeights } from './state.ts'
import { tinyTraining, type TinyTraining } from './test-kit.ts'

let folder: string
// TensorFlow's restore takes its path for a pattern.
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'anneal [1] a\\b*?-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const full: PartialRecipe = {
  optimizer: { name: 'adamw', ema: 0.9, accumulate: 2 },
  precision: { amp: 'fp16', initialLossScale: 1024, lossScaleGrowth: 3 },
}

async function trained<R>(recipe: PartialRecipe, body: (training: TinyTraining) => Promise<R>): Promise<R> {
  const training = await tinyTraining({ recipe })
  try {
    return await body(training)
  } finally {
    training.dispose()
  }
}

const prefix = () => join(folder, 'model')

describe('the state of a training', () => {
  it('goes into a checkpoint whole and comes back, and the steps after that are the same', async () => {
    const [saved, next] = await trained(full, async ({ session, state, step, values }) => {
      for (let i = 0; i < 4; i++) await step(0.01, i)
      await state.save(session, prefix(), { step: 4, position: 32, seed: 1 })
      return [await values(), await step(0.01, 4), await values()]
    })
    await trained(full, async ({ session, state, step, values }) => {
      await state.restore(session, prefix())
      expect(await values()).toEqual(saved)
      expect(await step(0.01, 4)).toEqual(next)
    })
    const named = [...saved.keys()].filter((name) => name.startsWith('optimizer/')).map((name) => name.split('/')[1])
    expect(new Set(named)).toEqual(new Set(['mean', 'square', 'updates', 'loss_scale', 'good_steps']))
    expect(Number(saved.get('optimizer/updates')![0])).toBe(4)
  })

  it('is refused from the checkpoint of a training with less in it', async () => {
    await trained({}, ({ session, state }) => state.save(session, prefix(), { step: 0, position: 0, seed: 1 }))
    await expect(trained(full, ({ session, state }) => state.restore(session, prefix()))).rejects.toThrow(
      CheckpointError,
    )
  })

  it('gives its weights, or their moving averages, to a model that is only evaluated', async () => {
    const saved = await trained(full, async ({ session, state, step, values }) => {
      await step(0.5, 0)
      await state.save(session, prefix(), { step: 1, position: 8, seed: 1 })
      return values()
    })
    using g = new GraphBuilder()
    const handle = g.op('VarHandleOp', [], { dtype: 'float32', shape: [3], shared_name: 'bn/moving_mean' })
    const variables = new Map([
      ['bn/moving_mean', { name: 'bn/moving_mean', shape: [3], role: 'movingMean', trainable: false, handle } as const],
    ])
    const read = g.op('ReadVariableOp', [handle], { dtype: 'float32' })
    const restores = [false, true].map((averaged) => buildRestoreWeights(g, variables, { averaged }))
    using session = new Session(g.graph)
    for (const [restore, name] of [
      [restores[0]!, 'bn/moving_mean'],
      [restores[1]!, 'ema/bn/moving_mean'],
    ] as const) {
      await restore(session, prefix())
      using value = (await session.run({ fetches: [read] }))[0]!
      expect(value.data<'float32'>()).toEqual(saved.get(name))
    }
    expect(saved.get('bn/moving_mean')).not.toEqual(saved.get('ema/bn/moving_mean'))
  })
})

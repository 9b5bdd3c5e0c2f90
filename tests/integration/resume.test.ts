import { isRunEvent } from '../../shared/run-folder/events.ts'
import { isMetricsRecord, type MetricsRecord } from '../../shared/run-folder/metrics.ts'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { trainRun } from '../../engine/jobs/train-job.ts'
import { RunControls } from '../../engine/jobs/run-controls.ts'
import { listCheckpoints } from '../../engine/checkpoints/checkpoint-folder.ts'
import { readLines } from '../../engine/run-folder/json-lines.ts'
import { mergeRecipes } from '../../shared/recipe/merge.ts'
import type { PartialRecipe } from '../../shared/recipe/schema.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import type { RunRecord } from '../../shared/run-folder/record.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'

const STEPS = 100
const HALF = 50

/** 48 images in batches of 9: 5 steps an epoch, so that the stop falls on the end of one, and 53 within one. */
const recipe = (seed: number, changes: PartialRecipe) =>
  parseRecipe(
    mergeRecipes(
      {
        model: { architecture: 'resnet8' },
        data: {
          imageSize: 24,
          evaluationResize: 24,
          channels: 1,
          mean: [128],
          std: [64],
          batchSize: 9,
          evaluationBatchSize: 16,
        },
        schedule: { epochs: 20, learningRate: 1 },
        run: { seed, checkpointEvery: 100, evaluateEvery: 10, logEvery: 1 },
      },
      changes,
    ),
  )

let home: string
let root: string
beforeAll(async () => {
  // TensorFlow's restore takes its path for a pattern.
  home = mkdtempSync(join(tmpdir(), 'anneal [1] a\\b*?-'))
  root = await makeTinyDataset(join(home, 'halves'))
})
afterAll(() => rmSync(home, { recursive: true }))

/** Trains in a folder until the end, until `stopAfter` steps, or into the evaluation after `stopInEvaluation` steps. */
async function start(
  name: string,
  { stopAfter = Infinity, stopInEvaluation = Infinity, resume = false, seed = 3, changes = {} } = {},
) {
  let steps = 0
  const controls = new RunControls()
  const outcome = await trainRun(
    {
      runFolder: join(home, name),
      cacheFolder: join(home, 'cache'),
      recipe: recipe(seed, changes),
      dataset: { name: 'halves', root },
      ...(resume && { resume: {} }),
    },
    (progress) => {
      if (progress.phase === 'training') steps = progress.step
      if (progress.phase === 'training' && steps >= stopAfter) controls.stop()
      if (progress.phase === 'evaluating' && steps >= stopInEvaluation) controls.stop()
    },
    controls,
  )
  return { outcome, weights: weightsOf(name), metrics: readLines(join(home, name, 'metrics.jsonl'), isMetricsRecord) }
}

const weightsOf = (name: string) =>
  listCheckpoints(join(home, name, 'checkpoints'))
    .at(-1)!
    .manifest.files.find((file) => file.name.includes('.data-'))!.sha256

const losses = (metrics: readonly MetricsRecord[]) =>
  metrics.filter(({ split }) => split === 'train').map(({ step, values }) => [step, values.loss])

describe('a resumed run', () => {
  it('is the run that was never stopped, to the byte', async () => {
    const straight = await start('straight')
    expect(straight.outcome).toMatchObject({ status: 'finished', step: STEPS })

    for (const stopAfter of [HALF, HALF + 3]) {
      const name = `stopped-after-${stopAfter}`
      const first = await start(name, { stopAfter })
      expect(first.outcome).toMatchObject({ status: 'stopped', step: stopAfter })
      expect(first.weights).not.toBe(straight.weights)
      const second = await start(name, { resume: true })
      expect(second.outcome).toMatchObject({ status: 'finished', step: STEPS })
      expect(second.weights).toBe(straight.weights)
      expect(losses(second.metrics)).toEqual(losses(straight.metrics))
    }
  })

  it('is so with everything that a training can keep: means, averaged weights, a loss scale', async () => {
    const changes: PartialRecipe = {
      optimizer: { name: 'adamw', accumulate: 2, clipNorm: 1, ema: 0.9 },
      schedule: { epochs: 8, learningRate: 0.05 },
      precision: { amp: 'fp16', lossScaleGrowth: 3 },
    }
    // Two batches a step, so two steps an epoch; the stop falls within one.
    const straight = await start('full-straight', { changes })
    expect(straight.outcome).toMatchObject({ status: 'finished', step: 16 })
    expect(new Set(straight.metrics.map(({ values }) => values.lossScale)).size).toBeGreaterThan(2)
    const first = await start('full', { changes, stopAfter: 7 })
    expect(first.outcome).toMatchObject({ status: 'stopped', step: 7 })
    const second = await start('full', { changes, resume: true })
    expect(second.weights).toBe(straight.weights)
    expect(losses(second.metrics)).toEqual(losses(straight.metrics))
  })

  it('makes up for its last evaluation where a stop has cut that short', async () => {
    const cut = { changes: { schedule: { epochs: 2, warmupEpochs: 0 }, data: { evaluationBatchSize: 2 } } }
    const straight = await start('cut-straight', cut)
    const first = await start('cut', { ...cut, stopInEvaluation: 10 })
    expect(first.outcome).toMatchObject({ status: 'stopped', step: 10 })
    expect(first.outcome.summary).toBeUndefined()
    const second = await start('cut', { ...cut, resume: true })
    expect(second.outcome).toMatchObject({ status: 'finished', step: 10 })
    expect(second.outcome.summary).toMatchObject({ bestStep: 10, top1: straight.outcome.summary!.top1 })
    expect(second.weights).toBe(straight.weights)
    expect(listCheckpoints(join(home, 'cut', 'checkpoints')).at(-1)!.manifest.metrics).toBeDefined()
    await expect(start('cut', { ...cut, resume: true })).rejects.toThrow('has already done its 10 steps')
  })

  it('differs with another seed', async () => {
    expect((await start('other-seed', { seed: 4, stopAfter: HALF })).weights).not.toBe(weightsOf('stopped-after-50'))
  })

  it('is refused when its training images have changed', async () => {
    await start('changed', { stopAfter: 5 })
    const image = join(root, 'train', 'left', '0.png')
    const before = readFileSync(image)
    rmSync(image)
    await expect(start('changed', { resume: true })).rejects.toThrow(/are not those that the run was started with/)
    writeFileSync(image, before)
    expect((await start('changed', { resume: true, stopAfter: 10 })).outcome.status).toBe('stopped')
  })

  it('says so in its folder', () => {
    const record = JSON.parse(readFileSync(join(home, 'stopped-after-50', 'run.json'), 'utf8')) as RunRecord
    expect(record).toMatchObject({ format: 1, id: 'stopped-after-50', status: 'finished', step: STEPS })
    const kinds = readLines(join(home, 'stopped-after-50', 'events.jsonl'), isRunEvent).map(({ kind }) => kind)
    expect(kinds).toEqual(['started', 'warning', 'checkpoint', 'stopped', 'resumed', 'checkpoint', 'finished'])
  })
})

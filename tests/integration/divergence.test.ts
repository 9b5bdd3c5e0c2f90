import { isRunEvent } from '../../shared/run-folder/events.ts'
import { isMetricsRecord } from '../../shared/run-folder/metrics.ts'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PartialRecipe } from '../../shared/recipe/schema.ts'
import { trainRun } from '../../engine/jobs/train-job.ts'
import { RunControls } from '../../engine/jobs/run-controls.ts'
import { listCheckpoints } from '../../engine/checkpoints/checkpoint-folder.ts'
import { readLines } from '../../engine/run-folder/json-lines.ts'
import { DivergedError } from '../../shared/errors.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import type { RunRecord } from '../../shared/run-folder/record.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'

/** Under this the weights leave float32 at once. */
const TOO_MUCH = 2 ** 100
/** 48 images in batches of 9: 5 steps an epoch, with a checkpoint after 10, 20 and 30. */
const STEPS = 30

const recipe = (run: PartialRecipe['run'] = {}) =>
  parseRecipe({
    model: { architecture: 'resnet8' },
    data: {
      imageSize: 16,
      evaluationResize: 16,
      channels: 1,
      mean: [128],
      std: [64],
      batchSize: 9,
      evaluationBatchSize: 16,
    },
    schedule: { epochs: 6, learningRate: 0.5 },
    run: { seed: 3, checkpointEvery: 2, keepCheckpoints: 9, evaluateEvery: 0, logEvery: 1, ...run },
  })

let home: string
let root: string
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'anneal-'))
  root = await makeTinyDataset(join(home, 'halves'))
})
afterAll(() => rmSync(home, { recursive: true }))

type At = Readonly<Record<number, (controls: RunControls) => void>>

/** Trains in a folder; after some steps something happens, the first time that they are done. */
async function start(
  name: string,
  { run, at = {}, resume = false }: { run?: PartialRecipe['run']; at?: At; resume?: boolean } = {},
) {
  const controls = new RunControls()
  const done = new Set<number>()
  const outcome = await trainRun(
    {
      runFolder: join(home, name),
      cacheFolder: join(home, 'cache'),
      recipe: recipe(run),
      dataset: { name: 'halves', root },
      ...(resume && { resume: {} }),
    },
    (progress) => {
      if (progress.phase !== 'training' || done.has(progress.step)) return
      done.add(progress.step)
      at[progress.step]?.(controls)
    },
    controls,
  )
  return { outcome, ...folderOf(name) }
}

function folderOf(name: string) {
  const folder = join(home, name)
  const checkpoints = listCheckpoints(join(folder, 'checkpoints'))
  return {
    record: JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunRecord,
    checkpoints,
    weights: checkpoints.at(-1)?.manifest.files.find((file) => file.name.includes('.data-'))!.sha256,
    metrics: readLines(join(folder, 'metrics.jsonl'), isMetricsRecord).map(({ step, values }) => [
      step,
      values.loss,
      values.learningRate,
    ]),
    events: readLines(join(folder, 'events.jsonl'), isRunEvent).filter(({ kind }) => kind !== 'checkpoint'),
  }
}

const rollBack = { onDivergence: 'roll-back', rollBackFactor: 2 ** -101 } as const

describe('a loss that is not finite', () => {
  it('ends the run at once, and leaves the checkpoints before', async () => {
    await expect(start('stopped', { at: { 13: (controls) => controls.scaleLearningRate(TOO_MUCH) } })).rejects.toThrow(
      DivergedError,
    )
    const { record, checkpoints, metrics } = folderOf('stopped')
    expect(record).toMatchObject({ status: 'failed', step: 10 })
    expect(record.error).toMatch(/^The loss became infinite or not a number at step 1\d; start a new run/)
    expect(checkpoints.map(({ name }) => name)).toEqual(['step-10'])
    expect(metrics.every(([, loss]) => Number.isFinite(loss))).toBe(true)
    expect(existsSync(join(home, 'stopped', 'heartbeat'))).toBe(false)
  })

  it('rolls back to the whole state of the last good checkpoint, with a lower rate from there', async () => {
    // The rate that the roll-back comes to, half of the schedule's, from step 10 on.
    const straight = await start('straight', { at: { 10: (controls) => controls.scaleLearningRate(0.5) } })
    const back = await start('back', { run: rollBack, at: { 13: (controls) => controls.scaleLearningRate(TOO_MUCH) } })
    expect(back.outcome).toMatchObject({ status: 'finished', step: STEPS })
    expect(back.weights).toBe(straight.weights)
    expect(back.metrics).toEqual(straight.metrics)
    expect(back.metrics.map(([step]) => step)).toEqual(Array.from({ length: STEPS }, (_, i) => i + 1))
    expect(back.events.map(({ kind, step }) => [kind, step])).toEqual([
      ['started', 0],
      ['learning-rate', 13],
      ['rolled-back', 10],
      ['finished', STEPS],
    ])
    expect(back.events[2]!.message).toMatch(/back to step-10, with 0\.5 times the schedule's learning rate/)
    expect(back.checkpoints.at(-1)!.manifest).toMatchObject({ learningRateScale: 0.5, rollBacks: 1 })
    // One event file for the start, and one with a purge mark for going back.
    expect(readdirSync(join(home, 'back', 'tensorboard', 'train'))).toHaveLength(2)
  })

  it('rolls back to the same when the trainer is lost before the next checkpoint', async () => {
    const lost = () => {
      throw new Error('lost')
    }
    const at = { 13: (controls: RunControls) => controls.scaleLearningRate(TOO_MUCH), 18: lost }
    await expect(start('lost', { run: rollBack, at })).rejects.toThrow('lost')
    const resumed = await start('lost', { run: rollBack, resume: true })
    expect(resumed.weights).toBe(folderOf('straight').weights)
    expect(resumed.metrics).toEqual(folderOf('straight').metrics)
  })

  it('goes back to the start where there is no other checkpoint, and ends after so many times', async () => {
    const run = { onDivergence: 'roll-back', rollBacks: 2, rollBackFactor: 0.5 } as const
    await expect(
      start('hopeless', { run, at: { 1: (controls) => controls.scaleLearningRate(TOO_MUCH) } }),
    ).rejects.toThrow(DivergedError)
    const { events, record } = folderOf('hopeless')
    expect(events.map(({ kind, step }) => [kind, step]).filter(([kind]) => kind === 'rolled-back')).toEqual([
      ['rolled-back', 0],
      ['rolled-back', 0],
    ])
    expect(record).toMatchObject({ status: 'failed', step: 0 })
  })

  it('passes over a checkpoint whose own weights give it', async () => {
    const at = {
      11: (controls: RunControls) => controls.scaleLearningRate(TOO_MUCH),
      // Step 12 has spoilt the weights, which is not seen before step 13.
      12: (controls: RunControls) => void controls.saveCheckpoint().catch(() => undefined),
    }
    const { outcome, events, checkpoints } = await start('spoilt', { run: rollBack, at })
    expect(outcome.status).toBe('finished')
    expect(events.filter(({ kind }) => kind === 'rolled-back').map(({ step }) => step)).toEqual([10])
    expect(checkpoints.map(({ name }) => name)).toEqual(['step-0', 'step-10', 'step-20', 'step-30'])
  })
})

import { isRunEvent } from '../../shared/run-folder/events.ts'
import { isMetricsRecord } from '../../shared/run-folder/metrics.ts'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { trainRun } from '../../engine/jobs/train-job.ts'
import { evaluateRun } from '../../engine/jobs/evaluate-job.ts'
import { RunControls } from '../../engine/jobs/run-controls.ts'
import { findCheckpoint, listCheckpoints } from '../../engine/checkpoints/checkpoint-folder.ts'
import { readLines } from '../../engine/run-folder/json-lines.ts'
import { RunError } from '../../shared/errors.ts'
import type { PartialRecipe } from '../../shared/recipe/schema.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import type { RunRecord } from '../../shared/run-folder/record.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'

let home: string
let root: string
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'anneal-'))
  root = await makeTinyDataset(join(home, 'halves'))
})
afterAll(() => rmSync(home, { recursive: true }))

/** 48 images in batches of 9: 5 steps an epoch. */
async function start(
  name: string,
  changes: PartialRecipe,
  onStep: (step: number, controls: RunControls) => void = () => undefined,
  folder = root,
) {
  const recipe = parseRecipe({
    ...changes,
    model: { architecture: 'resnet8', ...changes.model },
    data: {
      imageSize: 16,
      evaluationResize: 16,
      channels: 1,
      mean: [128],
      std: [64],
      batchSize: 9,
      evaluationBatchSize: 16,
      ...changes.data,
    },
  })
  const controls = new RunControls()
  const dllogger = join(home, `${name}.dll.json`)
  const request = {
    runFolder: join(home, name),
    cacheFolder: join(home, 'cache'),
    recipe,
    dataset: { name: 'halves', root: folder },
    dllogger,
  }
  const outcome = await trainRun(
    request,
    (progress) => progress.phase === 'training' && onStep(progress.step, controls),
    controls,
  )
  return { outcome, ...read(name) }
}

function read(name: string) {
  const folder = join(home, name)
  return {
    record: JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunRecord,
    events: readLines(join(folder, 'events.jsonl'), isRunEvent),
    val: readLines(join(folder, 'metrics.jsonl'), isMetricsRecord).filter(({ split }) => split === 'val'),
    checkpoints: join(folder, 'checkpoints'),
    dllogger: readFileSync(join(home, `${name}.dll.json`), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line.slice(5)) as { type: string; step: unknown }),
  }
}

describe('early stopping', () => {
  // Nothing changes: neither the weights nor the moving statistics.
  const still = {
    model: { batchNormMomentum: 1 },
    schedule: { epochs: 9, learningRate: 1e-30 },
    optimizer: { weightDecay: 0 },
  }

  it('counts evaluations, however many epochs lie between them', async () => {
    const { outcome, val, events } = await start('still-rare', {
      ...still,
      run: { earlyStopping: 2, evaluateEvery: 2, bestMetric: 'loss' },
    })
    // The best after 2 epochs, then two that are no better.
    expect(val.map(({ step }) => step)).toEqual([10, 20, 30])
    expect(outcome).toMatchObject({ status: 'finished', step: 30, summary: { bestStep: 10 } })
    expect(events.find(({ kind }) => kind === 'early-stopping')?.message).toBe(
      'loss has not improved in 2 evaluations; the best is that after step 10',
    )
  })

  it('finishes the run when its metric has not improved for so long', async () => {
    const { outcome, record, events, dllogger } = await start('still', {
      ...still,
      run: { earlyStopping: 2, checkpointEvery: 9, bestMetric: 'top5' },
    })
    expect(outcome).toMatchObject({
      status: 'finished',
      step: 15,
      summary: { bestStep: 5, bestMetric: 'top5', best: 1 },
    })
    expect(record).toMatchObject({ status: 'finished', step: 15 })
    expect(events.map(({ kind, step }) => [kind, step])).toEqual([
      ['started', 0],
      // Statistics that never move, and a top-5 of two classes.
      ['warning', 0],
      ['warning', 0],
      ['checkpoint', 5],
      ['early-stopping', 15],
      ['checkpoint', 15],
      ['finished', 15],
    ])
    expect(dllogger.filter(({ type }) => type === 'LOG').map(({ step }) => step)).toEqual([
      'PARAMETER',
      [0, 5],
      [0],
      [0],
      [1, 10],
      [1],
      [1],
      [2, 15],
      [2],
      [2],
      [],
    ])
  })
})

describe('the best checkpoint', () => {
  it('is that of the metric which the recipe names, whenever checkpoints are due', async () => {
    const { outcome, val, checkpoints } = await start('best', {
      schedule: { epochs: 8, learningRate: 2 },
      run: { bestMetric: 'loss', checkpointEvery: 100, keepCheckpoints: 1 },
    })
    const least = Math.min(...val.map(({ values }) => values.loss!))
    const { step } = val.find(({ values }) => values.loss === least)!
    expect(val).toHaveLength(8)
    expect(findCheckpoint(checkpoints, 'best').manifest).toMatchObject({ step, metrics: { loss: least } })
    expect(outcome.summary).toMatchObject({ bestStep: step, bestMetric: 'loss', best: least })
    expect(listCheckpoints(checkpoints).map(({ manifest }) => manifest.step)).toEqual([...new Set([step, 40])])
  })
})

describe('a run without evaluations', () => {
  it('trains so many steps, and leaves its weights', async () => {
    const { outcome, val, checkpoints } = await start('train-only', {
      schedule: { steps: 7 },
      run: { evaluateEvery: 0 },
    })
    expect(outcome).toMatchObject({
      status: 'finished',
      step: 7,
      speed: { imagesPerSecond: expect.any(Number) as number },
    })
    expect(outcome.summary).toBeUndefined()
    expect(val).toEqual([])
    expect(findCheckpoint(checkpoints, 'best').name).toBe('step-7')
  })
})

describe('a run of which nothing is held out for validation', () => {
  it('trains on every image, says that it is never evaluated, and is not, whatever else asks for it', async () => {
    const { outcome, val, events, record, checkpoints } = await start(
      'all-of-it',
      { data: { validationShare: 0 }, schedule: { epochs: 2 }, run: { earlyStopping: 1, checkpointEvery: 1 } },
      undefined,
      join(root, 'train'),
    )
    // 48 images in batches of 9.
    expect(outcome).toMatchObject({ status: 'finished', step: 10 })
    expect([outcome.summary, record.summary, val]).toEqual([undefined, undefined, []])
    expect(events.filter(({ kind }) => kind === 'warning').map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /^data\.validationShare: No image is held out for validation, so the run is never evaluated/,
      ),
    )
    expect(findCheckpoint(checkpoints, 'best').name).toBe('step-10')
    const request = { runFolder: join(home, 'all-of-it'), cacheFolder: join(home, 'cache'), checkpoint: 'last' }
    await expect(evaluateRun({ ...request, split: 'val' }, () => undefined)).rejects.toThrow(
      /has no val images, since data\.validationShare of the run is 0/,
    )
    expect(await evaluateRun({ ...request, split: 'train' }, () => undefined)).toMatchObject({ images: 48 })
  })
})

describe('a trainer whose run another one has taken over', () => {
  it('ends without writing to it', async () => {
    const reason = new RunError('Taken over.')
    const taken = start('taken', { schedule: { epochs: 9 } }, (step, controls) => step === 3 && controls.abort(reason))
    await expect(taken).rejects.toBe(reason)
    const { record, events } = read('taken')
    expect(record).toMatchObject({ status: 'running', step: 0 })
    expect(events.map(({ kind }) => kind)).toEqual(['started'])
  })
})

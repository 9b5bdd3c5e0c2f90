import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { trainRun } from '../../engine/jobs/train-job.ts'
import { RunControls } from '../../engine/jobs/run-controls.ts'
import { readLines } from '../../engine/run-folder/json-lines.ts'
import type { TrainerProgress, TrainRequest } from '../../shared/contract/trainer.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { isRunEvent } from '../../shared/run-folder/events.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'anneal-'))
})
afterAll(() => rmSync(home, { recursive: true }))

it('what has no effect or a bad one is told before the first step, kept with the run, and not told again', async () => {
  const recipe = parseRecipe({
    model: { architecture: 'resnet8', batchNormMomentum: 0.1 },
    data: { imageSize: 16, evaluationResize: 16, channels: 1, mean: [128], std: [64], batchSize: 16 },
    optimizer: { beta1: 0.8 },
    schedule: { epochs: 2, name: 'step', milestones: [1, 7], warmupEpochs: 0 },
    run: { bestMetric: 'top5' },
  })
  const request: TrainRequest = {
    runFolder: join(home, 'run'),
    cacheFolder: join(home, 'cache'),
    recipe,
    dataset: { name: 'halves', root: await makeTinyDataset(join(home, 'halves')) },
  }
  const controls = new RunControls()
  const told: TrainerProgress[] = []
  const outcome = await trainRun(
    request,
    (progress) => {
      told.push(progress)
      if (progress.phase === 'training' && progress.step === 3) controls.stop()
    },
    controls,
  )
  expect(outcome).toMatchObject({ status: 'stopped', step: 3 })
  const warnings = (list: readonly TrainerProgress[]) =>
    list.flatMap((progress) => (progress.phase === 'warning' ? [progress.message] : []))
  expect(warnings(told)).toEqual([
    'optimizer.beta1: It has no effect. Only used when optimizer.name is adamw or lamb.',
    'schedule.milestones: 7 is not reached by a run of 2 epochs: leave such epochs out, or state earlier ones.',
    'run.bestMetric: With 2 classes every image counts as right in top-5: the first checkpoint stays the best, and early stopping ends the run. Set run.bestMetric to top1 or loss.',
  ])
  expect(told.findIndex(({ phase }) => phase === 'training')).toBeGreaterThan(
    told.findLastIndex(({ phase }) => phase === 'warning'),
  )
  const kept = () =>
    readLines(join(request.runFolder, 'events.jsonl'), isRunEvent).filter(({ kind }) => kind === 'warning')
  expect(kept().map(({ message, step }) => [step, message])).toEqual(warnings(told).map((message) => [0, message]))

  const again: TrainerProgress[] = []
  await trainRun({ ...request, resume: {} }, (progress) => again.push(progress), new RunControls())
  expect(warnings(again)).toEqual([])
  expect(kept()).toHaveLength(3)
})

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Home } from '../../host/machine/home.ts'
import { lastValidation, leftOutBesideMetrics, storedEvaluations } from '../../host/runs/run-folder.ts'
import type { StoredRun } from '../../host/runs/run-store.ts'
import { Workbench } from '../../host/workbench.ts'
import { WorkbenchHost } from '../../host/workbench-host.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { openLogits, openPredictions } from '../../storage/evaluations/open-evaluation.ts'
import { serveImagesOf } from '../fixtures/image-line.ts'
import { runCli } from '../fixtures/run-cli.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'

let folder: string
let workbench: Workbench
let run: StoredRun

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-'))
  workbench = new Workbench(new Home(join(folder, 'home')))
  await workbench.datasets.add('halves', await makeTinyDataset(join(folder, 'halves')))
  const recipe = parseRecipe({
    model: { architecture: 'resnet8' },
    data: { dataset: 'halves', imageSize: 16, evaluationResize: 16, batchSize: 12, evaluationBatchSize: 5 },
    schedule: { epochs: 3, learningRate: 0.1 },
    run: { checkpointEvery: 2, keepCheckpoints: 3 },
  })
  const { outcome } = await workbench.train(recipe, () => undefined)
  await outcome
  run = workbench.runs.find('last')
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, maxRetries: 10 }))

const cli = (...args: string[]) => runCli(join(folder, 'home'), ...args)

it('is kept as an evaluation that says what one of the same checkpoint says', async () => {
  const { report, path, name } = lastValidation(run.folder)!
  expect([name, report.step, report.checkpoint]).toEqual(['validation', 12, 'step-12'])
  expect(report.top1).toBe(run.record.summary!.top1)
  await workbench.evaluate(run, { checkpoint: 'last', split: 'val' })
  const [evaluated] = storedEvaluations(run.folder)
  const [mine, theirs] = [openPredictions(path, report), openPredictions(evaluated!.path, evaluated!.report)]
  expect([...mine.columns.label]).toEqual([...theirs.columns.label])
  expect([...mine.columns.guesses]).toEqual([...theirs.columns.guesses])
  theirs.columns.loss.forEach((loss, row) => expect(mine.columns.loss[row]).toBeCloseTo(loss, 5))
  expect(openLogits(path, report)).toHaveLength(2 * report.images)
})

it('has its figures on the command line, where nothing else is meant', async () => {
  const listed = await cli('evaluations', 'list', 'last')
  expect(listed.stdout).toMatch(/validation +16 images +[\d.]+% +the last of training, step 12/)
  const shown = await cli('evaluations', 'show', 'last', 'validation', '--json')
  expect(JSON.parse(shown.stdout)).toMatchObject({ evaluation: 'validation', overall: { samples: 16 } })
  // What was evaluated on request goes first.
  const plain = await cli('evaluations', 'show', 'last', '--json')
  expect((JSON.parse(plain.stdout) as { evaluation: string }).evaluation).toBe('step-12-val')
})

it('is on the page of the run, with the recall of the classes at each evaluation', async () => {
  const host = new WorkbenchHost(workbench, { version: '0', surface: 'browser' })
  try {
    expect((await host.calls.readRun(run.id)).validation).toMatchObject({ name: 'validation', step: 12 })
    const { names, steps, recalls } = await host.calls.readClassRecalls(run.id)
    expect(names).toEqual(['left', 'right'])
    expect([...steps]).toEqual([4, 8, 12])
    const { classes } = lastValidation(run.folder)!.report
    expect([...recalls.subarray(4)]).toEqual(classes.map(({ correct, images }) => Math.fround(correct / images)))
    const { remote } = await (await serveImagesOf(host))()
    const opened = await remote.openEvaluation({ run: run.id, evaluation: 'validation' })
    expect(opened.labels).toHaveLength(16)
    const seen = await remote.lookAtEvaluated({ run: run.id, evaluation: 'validation', row: 0, classes: [0] })
    expect(seen.maps).toHaveLength(1)
  } finally {
    host.kill()
    await host.close()
  }
})

it('is dropped with what came after the step that a run goes on from, and a damaged one is told', async () => {
  const classes = join(run.folder, 'classes.jsonl')
  expect(readFileSync(classes, 'utf8').trim().split('\n')).toHaveLength(3)
  const report = join(run.folder, 'validation', 'report.json')
  const whole = readFileSync(report, 'utf8')
  writeFileSync(report, whole.replace(/"step": ?12/, '"step": 11'))
  expect(lastValidation(run.folder)).toBeUndefined()
  expect(leftOutBesideMetrics(run.folder, false).join()).toContain('validation/report.json is damaged')
  writeFileSync(report, whole)

  const handle = await workbench.resume(run, () => undefined, {
    checkpoint: 'step-8',
    settings: ['schedule.epochs=3'],
  })
  await handle.outcome
  expect(readFileSync(classes, 'utf8').trim().split('\n')).toHaveLength(3)
  expect(lastValidation(run.folder)!.report.step).toBe(12)
  expect(existsSync(join(run.folder, 'validation.previous'))).toBe(false)
}, 60_000)

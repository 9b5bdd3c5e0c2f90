import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { Home } from '../../host/machine/home.ts'
import { Workbench } from '../../host/workbench.ts'
import { WorkbenchHost } from '../../host/workbench-host.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { openLogits, openPredictions } from '../../storage/evaluations/open-evaluation.ts'
import { serveImagesOf } from '../fixtures/image-line.ts'
import { runCli } from '../fixtures/run-cli.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'

const keras = join(import.meta.dirname, '../fixtures/keras-model')

let folder: string
let root: string
let home: Home
let exported: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anneal [model]-'))
  home = new Home(join(folder, 'home'))
  root = await makeTinyDataset(join(folder, 'halves'))
  const workbench = new Workbench(home)
  const recipe = parseRecipe({
    model: { architecture: 'resnet8' },
    data: {
      ...{ dataset: root, imageSize: 24, evaluationSize: 26, evaluationResize: 27, resample: 'bicubic-antialias' },
      ...{ channels: 1, mean: [128], std: [64], evaluationFlip: true, batchSize: 12, evaluationBatchSize: 5 },
    },
    optimizer: { ema: 0.5 },
    schedule: { epochs: 1, learningRate: 0.1 },
  })
  expect(await (await workbench.train(recipe, () => undefined)).outcome).toMatchObject({ status: 'finished' })
  exported = join(folder, 'exported')
  await workbench.exportModel(workbench.runs.find('last'), exported, 'last')
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true }))

const cli = async (...args: string[]) => {
  const { status, stdout, stderr } = await runCli(home.root, ...args, '--json')
  expect([status, stderr]).toEqual([0, expect.anything()])
  return JSON.parse(stdout) as EvaluationReport & { savedModel: string }
}
const evaluate = (...args: string[]) => cli('evaluate', ...args)
const keptIn = (place: string, report: EvaluationReport) => {
  const [name] = readdirSync(join(place, 'evaluation')).filter((one) => one.includes(report.split))
  const path = join(place, 'evaluation', name!)
  return { logits: openLogits(path, report)!, columns: openPredictions(path, report).columns }
}

it(
  'our own export gives what its checkpoint gives, and nothing has to be told of it',
  { timeout: 120_000 },
  async () => {
    const run = await evaluate('last', '--checkpoint', 'last')
    const model = await evaluate(exported, '--dataset', root)
    expect(model).toMatchObject({
      ...{ checkpoint: run.checkpoint, step: run.step, images: 16, split: 'val', top1: run.top1, classes: run.classes },
      model: { folder: exported, input: 'images', output: 'logits', channels: 'grey', imageSize: 26, resize: 27 },
    })
    const of = keptIn(new Workbench(home).runs.find('last').folder, run)
    const by = keptIn(join(home.evaluations, model.savedModel), model)
    expect(by.columns.probabilities.length).toBeGreaterThan(16)
    by.columns.probabilities.forEach((value, i) => expect(value).toBeCloseTo(of.columns.probabilities[i]!, 6))
    by.logits.forEach((value, i) => expect(value).toBeCloseTo(of.logits[i]!, 4))
    expect([...by.columns.guesses]).toEqual([...of.columns.guesses])
    // Its own folder is left as it was.
    expect(readdirSync(exported).sort()).toEqual(['assets.extra', 'saved_model.pb'])
  },
)

it('its evaluations are listed, shown, exported and compared like those of runs', { timeout: 120_000 }, async () => {
  const { evaluations, savedModel } = (await cli('evaluations', 'list', exported)) as unknown as {
    evaluations: { name: string }[]
    savedModel: string
  }
  expect(evaluations.map(({ name }) => name)).toEqual([expect.stringMatching(/^val-halves-[0-9a-f]{8}$/)])
  expect(savedModel).toMatch(/^exported-[0-9a-f]{8}$/)
  expect(await cli('evaluations', 'show', savedModel)).toMatchObject({ savedModel, evaluation: evaluations[0]!.name })
  const csv = join(folder, 'predictions.csv')
  await cli('evaluations', 'export', exported, 'val', '--csv', csv)
  expect(readFileSync(csv, 'utf8').split('\n')).toHaveLength(18)
  expect(await cli('compare', `${exported}/val`, 'last')).toMatchObject({
    first: { savedModel, images: 16 },
    second: { run: expect.anything() as string, alone: 0 },
    figures: { samples: 16, fixed: 0, broken: 0 },
  })
  expect(await cli('label-errors', exported)).toMatchObject({ savedModel, images: 16 })
})

it('a page shows them like those of runs', { timeout: 120_000 }, async () => {
  const workbench = new Workbench(home)
  await workbench.datasets.add('halves', root)
  const host = new WorkbenchHost(workbench, { version: '0', surface: 'browser' })
  onTestFinished(async () => {
    host.kill()
    await host.close()
  })
  const { id: run, evaluations: ofRun } = await host.calls.readRun(workbench.runs.find('last').id)
  const [model] = await host.calls.listEvaluatedModels()
  const at = { run: model!.id, evaluation: model!.evaluations[0]!.name }
  expect(at.run).toMatch(/^exported-[0-9a-f]{8}$/)
  const { remote } = await (await serveImagesOf(host))()
  expect((await remote.openEvaluation(at)).labels).toHaveLength(16)
  expect(await remote.checkEvaluatedImages(at)).toMatchObject({ gone: 0, added: 0, altered: false })
  const seen = await remote.lookAtEvaluated({ ...at, row: 3, classes: [0] })
  expect(seen).toMatchObject({ width: 26, channels: 1, maps: [] })
  expect(seen.mapsProblem).toContain('this is a SavedModel')
  const own = { run, evaluation: ofRun[0]!.name }
  expect(seen.pixels).toEqual((await remote.lookAtEvaluated({ ...own, row: 3, classes: [] })).pixels)
  const { figures } = await host.calls.compareEvaluations(at.run, at.evaluation, own.run, own.evaluation)
  expect(figures.samples).toBe(16)
  expect(await host.calls.evaluationPage(at.run, at.evaluation)).toContain(at.run)
  await expect(host.calls.readEvaluationFigures(at.run, 'none')).rejects.toThrow('has no evaluation none')

  // A page evaluates it too.
  expect(await host.calls.evaluateModel(exported, 'halves', undefined, { leaveOutUnknown: false }, {})).toEqual(at)
  const foreign = host.calls.evaluateModel(keras, 'halves', undefined, {}, {})
  await expect(foreign).rejects.toThrow(/tell it by --classes FILE .*--std/)
  await expect(host.calls.evaluateModel(exported, root, undefined, {}, {})).resolves.toEqual(at)
  await expect(host.calls.evaluateModel(exported, '/etc', undefined, {}, {})).rejects.toThrow('add it first')
})

it('a model from elsewhere is evaluated by what is told of it', { timeout: 120_000 }, async () => {
  const classes = join(folder, 'classes.txt')
  writeFileSync(classes, '\uFEFFleft\r\nright\r\nneither\r\n')
  const asked = await runCli(home.root, 'evaluate', keras, '--dataset', root)
  expect([asked.status, asked.stderr]).toEqual([2, expect.stringContaining('tell it by --classes FILE')])
  const told = ['--classes', classes, '--outputs', 'probabilities', '--channels', 'rgb', '--resize', '4']
  const more = ['--resample', 'bilinear-antialias', '--mean', '0', '--std', '255']
  const report = await evaluate(keras, '--dataset', root, '--split', 'train', ...told, ...more)
  expect(report).toMatchObject({ images: 48, split: 'train', checkpoint: 'keras-model' })
  expect(report.notes).toEqual(["1 of the network's 3 classes have no image here."])
  expect(existsSync(join(home.evaluations, report.savedModel, 'evaluation'))).toBe(true)
})

it('wrong options are refused', { timeout: 60_000 }, async () => {
  const classes = join(folder, 'twice.txt')
  writeFileSync(classes, 'left\nleft\n')
  const refusals: [string, string[]][] = [
    ['Name the images that the SavedModel is measured on', [keras]],
    ['names "left" twice', [keras, '--dataset', root, '--classes', classes]],
    ['There is no file', [keras, '--dataset', root, '--classes', join(folder, 'nothing.txt')]],
    ['--std must be a number above 0', [keras, '--dataset', root, '--std', '0']],
    ['--features is of a run', [exported, '--dataset', root, '--features']],
    ['--outputs, --resize: only of a SavedModel', ['last', '--outputs', 'logits', '--resize', '4']],
  ]
  for (const [message, args] of refusals)
    expect(await runCli(home.root, 'evaluate', ...args)).toMatchObject({
      stderr: expect.stringContaining(message) as string,
    })
})

it('what Anneal wrote beside its export is checked', { timeout: 60_000 }, async () => {
  writeFileSync(join(exported, 'assets.extra/classes.txt'), 'left\n')
  const { status, stderr } = await runCli(home.root, 'evaluate', exported, '--dataset', root)
  expect([status, stderr]).toEqual([1, expect.stringContaining('is damaged (classes.txt names 1 classes, not 2)')])
})

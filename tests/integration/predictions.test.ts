import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Home } from '../../host/machine/home.ts'
import type { StoredRun } from '../../host/runs/run-store.ts'
import { leftOutBesideMetrics, storedEvaluations } from '../../host/runs/run-folder.ts'
import { Workbench } from '../../host/workbench.ts'
import type { EvaluationFigures } from '../../shared/contract/evaluation-figures.ts'
import type { LabelErrorsReport } from '../../shared/contract/label-errors.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { logitColumns, predictionColumns } from '../../shared/run-folder/predictions.ts'
import { openFeatures, openLogits } from '../../storage/evaluations/open-evaluation.ts'
import { readArrowFile } from '../../storage/read-arrow.ts'
import { runCli } from '../fixtures/run-cli.ts'
import { storedTensor } from '../fixtures/stored-tensor.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'

let folder: string
let root: string
let run: StoredRun
let workbench: Workbench
let report: EvaluationReport
const cli = (...args: string[]) => runCli(join(folder, 'home'), ...args)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-'))
  root = await makeTinyDataset(join(folder, 'halves'))
  workbench = new Workbench(new Home(join(folder, 'home')))
  const recipe = parseRecipe({
    model: { architecture: 'resnet8' },
    data: { dataset: root, imageSize: 16, evaluationResize: 16, batchSize: 12, evaluationBatchSize: 5 },
    schedule: { epochs: 1, learningRate: 0.1 },
  })
  await (
    await workbench.train(recipe, () => undefined)
  ).outcome
  run = workbench.runs.find('last')
  report = await workbench.evaluate(run, { checkpoint: 'last', split: 'val' })
})
afterAll(() => rmSync(folder, { recursive: true }))

const place = () => join(run.folder, 'evaluation', `${report.checkpoint}-val`)
const read = () => readArrowFile(join(place(), 'predictions.arrow'), predictionColumns(2, false), report.predictions!)

it('a row an image is kept beside the report, and the figures are those of the rows', () => {
  const { rows, columns } = read()
  expect(rows).toBe(report.images)
  expect(report.folding).toMatchObject({ folded: true })
  expect(report.folding!.difference).toBeLessThan(1e-5)
  const all = Array.from({ length: rows }, (_, row) => row)
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / rows
  expect(mean(all.map((row) => columns.loss[row]!))).toBeCloseTo(report.loss!, 6)
  expect(mean(all.map((row) => Number(columns.guesses[2 * row] === columns.label[row])))).toBe(report.top1)
  for (const row of all) {
    const name = report.classes[columns.label[row]!]!.name
    expect(columns.path.at(row)).toMatch(new RegExp(`^val/${name}/`))
    const [p, q] = columns.probabilities.subarray(2 * row, 2 * row + 2) as unknown as [number, number]
    expect(p).toBeGreaterThanOrEqual(q)
    expect(p + q).toBeCloseTo(1, 5)
    expect(columns.entropy[row]).toBeCloseTo(-p * Math.log(p) - q * Math.log(q), 4)
    expect(columns.label_probability[row]).toBeCloseTo(Math.exp(-columns.loss[row]!), 5)
  }
})

it('the logits of all classes give the same probabilities', () => {
  const { columns } = read()
  const { columns: all } = readArrowFile(join(place(), 'logits.arrow'), logitColumns(2), report.logits!)
  columns.label.forEach((label, row) => {
    const logits = Array.from(all.logits.subarray(2 * row, 2 * row + 2))
    const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0)
    expect(columns.label_probability[row]).toBeCloseTo(Math.exp(logits[label]!) / sum, 5)
  })
})

it('features are kept on request, and the weights of the last layer make the logits of them', async () => {
  expect(report.features).toBeUndefined()
  const none = await cli('evaluations', 'map', 'last')
  expect([none.status, none.stderr]).toEqual([1, expect.stringContaining('--features')])
  const { status, stdout } = await cli('evaluate', 'last', '--checkpoint', 'last', '--features', '--json')
  expect(status).toBe(0)
  const kept = JSON.parse(stdout) as EvaluationReport
  const { width, features } = openFeatures(place(), kept)!
  const logits = openLogits(place(), kept)!
  const checkpoint = join(run.folder, 'checkpoints', report.checkpoint)
  const [kernel, bias] = [await storedTensor(checkpoint, 'head/kernel'), await storedTensor(checkpoint, 'head/bias')]
  expect([width, features.length]).toEqual([kernel.length / 2, report.images * width])
  logits.forEach((logit, at) => {
    const [row, k] = [Math.floor(at / 2), at % 2]
    const own = Array.from(features.subarray(width * row, width * (row + 1)))
    const product = own.reduce((sum, value, i) => sum + value * kernel[2 * i + k]!, bias[k]!)
    expect(Math.abs(product - logit)).toBeLessThan(1e-5)
  })
})

it('the images are placed on a map by their features, and a file has the places', async () => {
  const file = join(folder, 'map.csv')
  const { status, stdout, stderr } = await cli(
    'evaluations',
    'map',
    'last',
    '--neighbours',
    '5',
    '--csv',
    file,
    '--json',
  )
  expect(status, stderr).toBe(0)
  const map = JSON.parse(stdout) as { neighbours: number; points: Record<string, unknown>[]; notes: string[] }
  expect(map).toMatchObject({ neighbours: 5, minDist: 0.1, seed: 0, notes: [] })
  expect(map.points).toHaveLength(report.images)
  const lines = parse(readFileSync(file, 'utf8'), { columns: true, cast: (value) => Number(value) || value })
  expect(lines).toMatchObject(map.points.map(({ path, label, guess, x, y }) => ({ path, label, guess, x, y })))

  const refused = await cli('evaluations', 'map', 'last', '--neighbours', '1')
  expect(refused).toMatchObject({ status: 2, stdout: '' })
  expect(refused.stderr).toContain('--neighbours must be a number')
})

it('they are left out when that is asked for, and the evaluation takes the place of the one before', async () => {
  const again = await workbench.evaluate(run, { checkpoint: 'last', split: 'val', logits: false })
  expect(again.logits).toBeUndefined()
  expect(existsSync(join(place(), 'logits.arrow'))).toBe(false)
  expect(storedEvaluations(run.folder).map((one) => one.report)).toEqual([again])
  // What takes long is kept: the same was said of the same images.
  expect(again.features).toBeDefined()
  report = await workbench.evaluate(run, { checkpoint: 'last', split: 'val' })
  expect(report.features).toEqual(again.features)
  expect((await cli('evaluations', 'map', 'last')).status).toBe(0)
})

it('two folders of one name are two evaluations, and what was killed half-way is none', async () => {
  const others = [await makeTinyDataset(join(folder, 'x/test')), await makeTinyDataset(join(folder, 'y/test'))]
  for (const dataset of others) await workbench.evaluate(run, { checkpoint: 'last', split: 'val', dataset })
  mkdirSync(join(run.folder, 'evaluation/step-1-val.machine-1-1.unfinished'))
  writeFileSync(join(run.folder, 'evaluation/step-1-val.machine-1-1.unfinished/predictions.arrow'), 'ARROW1')
  expect(storedEvaluations(run.folder).map(({ report: { dataset } }) => dataset)).toEqual(
    expect.arrayContaining([root, ...others]) as string[],
  )
  expect(storedEvaluations(run.folder)).toHaveLength(3)
  expect(leftOutBesideMetrics(run.folder, false)).toEqual([])
})

it('CSV, JSON lines and Parquet hold the same rows, as others read them', async () => {
  const name = `${report.checkpoint}-val`
  const list = await cli('evaluations', 'list', 'last')
  expect(list.stdout).toContain(name)
  const files = { csv: join(folder, 'p.csv'), jsonl: join(folder, 'p.jsonl'), parquet: join(folder, 'p.parquet') }
  for (const [format, file] of Object.entries(files)) {
    const { status, stdout, stderr } = await cli('evaluations', 'export', 'last', name, `--${format}`, file)
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toContain(`${report.images} images`)
  }
  const lines = readFileSync(files.jsonl, 'utf8').trimEnd().split('\n')
  const rows = lines.map((line) => JSON.parse(line) as Record<string, string | number>)
  const { columns } = read()
  expect(rows).toHaveLength(report.images)
  rows.forEach((row, i) => {
    expect(row).toMatchObject({ path: columns.path.at(i), label: report.classes[columns.label[i]!]!.name })
    expect(row['guess_1']).toBe(report.classes[columns.guesses[2 * i]!]!.name)
    expect(row['loss']).toBe(columns.loss[i])
  })
  const csv = parse<Record<string, string>>(readFileSync(files.csv), { columns: true })
  expect(csv).toEqual(
    rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, String(value)]))),
  )
  expect(await parquetReadObjects({ file: await asyncBufferFromFile(files.parquet) })).toEqual(rows)
})

it('the figures of an evaluation are those of its rows', async () => {
  const name = `${report.checkpoint}-val`
  const shown = await cli('evaluations', 'show', 'last', name, '--json')
  const figures = JSON.parse(shown.stdout) as EvaluationFigures
  expect(figures.overall).toMatchObject({ samples: report.images, accuracy: report.top1, withoutGuess: 0 })
  expect(figures.classes.map(({ hits, support }) => [hits, support])).toEqual(
    report.classes.map(({ correct, images }) => [correct, images]),
  )
  const mistakes = figures.mistakes.reduce((sum, { count }) => sum + count, 0)
  expect(mistakes).toBe(report.images - report.classes.reduce((sum, { correct }) => sum + correct, 0))
  // Of two classes the areas of both are the same.
  expect(figures.classes[0]!.rocArea).toBeCloseTo(figures.classes[1]!.rocArea!, 9)
  expect(figures.ofLogits!.probabilities.negativeLogLikelihood).toBeCloseTo(report.loss!, 5)
  expect(figures.ofLogits!.temperature).toMatchObject({ fitted: 8, measured: 8 })
  expect((await cli('evaluations', 'show', 'last', name)).stdout).toMatch(/Classes\n +precision/)
  const page = join(folder, 'page.html')
  expect((await cli('evaluations', 'show', 'last', name, '--html', page)).stdout).toMatch(/page\.html, \d.*: open it/)
  expect(readFileSync(page, 'utf8')).toContain('<h2>Largest errors</h2>')
})

it('two evaluations are compared on the command line, image by image', async () => {
  const [own, other] = storedEvaluations(run.folder)
    .map(({ name }) => `last/${name}`)
    .toSorted((a, b) => a.length - b.length) as [string, string]
  const { stdout } = await cli('compare', own, other, '--json')
  const compared = JSON.parse(stdout) as Record<string, unknown>
  const wrong = report.images * (1 - report.top1)
  expect(compared).toMatchObject({
    first: { run: run.id, evaluation: own.slice(5), dataset: root, alone: 0, top1: report.top1 },
    figures: { samples: report.images, fixed: 0, broken: 0, bothWrong: wrong, test: { exact: 1 } },
    loss: { difference: 0 },
    notes: [expect.stringMatching(/^A is of .*halves, B of .*test: images are taken for the same/)],
  })
  const bothWrong = compared['bothWrong'] as { path: string; first: { label: string; guess: string } }[]
  expect(bothWrong).toHaveLength(wrong)
  for (const { path, first } of bothWrong) {
    expect(path.startsWith(`val/${first.label}/`)).toBe(true)
    expect(first.guess).not.toBe(first.label)
  }
  const shown = await cli('compare', own, join(run.folder, 'evaluation', own.slice(5)))
  expect(shown.stdout).toContain('A and B are the same evaluation, so nothing differs.')
  const several = await cli('compare', 'last', own)
  expect([several.status, several.stderr]).toEqual([2, expect.stringContaining(`name one of them: ${own}`)])
  expect((await cli('compare', own, 'last/step-')).stderr).toContain('3 evaluations that begin with "step-"')
})

it('labels that are likely wrong are listed, with what the images are taken for', async () => {
  const name = `${report.checkpoint}-val`
  const file = join(folder, 'labels.csv')
  const listed = await cli('label-errors', 'last', name, '--csv', file, '--json')
  expect([listed.status, listed.stderr]).toEqual([0, ''])
  const found = JSON.parse(listed.stdout) as LabelErrorsReport & { note?: string }
  expect([found.images, found.withoutScore, found.note]).toEqual([report.images, 0, undefined])
  const { columns } = read()
  const rows = new Map(Array.from(columns.label, (label, row) => [columns.path.at(row), { label, row }]))
  for (const { path, label, suggestion, score } of found.candidates) {
    const { label: given, row } = rows.get(path)!
    expect([label, suggestion]).toEqual([report.classes[given]!.name, report.classes[columns.guesses[2 * row]!]!.name])
    expect(score).toBeCloseTo(columns.label_probability[row]!, 5)
  }
  const scores = found.candidates.map(({ score }) => score)
  expect(scores).toEqual([...scores].sort((a, b) => a - b))
  const csv = parse<Record<string, string>>(readFileSync(file), { columns: true })
  expect(csv.map(({ path, label }) => [path, label])).toEqual(found.candidates.map(({ path, label }) => [path, label]))
  expect((await cli('label-errors', 'last', name)).stdout).toContain('labels likely wrong')
})

it('of training images it is told that the network has learnt wrong labels too; without logits none are found', async () => {
  const train = await workbench.evaluate(run, { checkpoint: 'last', split: 'train' })
  const told = await cli('label-errors', 'last', `${train.checkpoint}-train`)
  expect(told.stdout).toContain('The network was trained on these images')
  await workbench.evaluate(run, { checkpoint: 'last', split: 'train', logits: false })
  const refused = await cli('label-errors', 'last', `${train.checkpoint}-train`)
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('evaluate again with --logits')])
  rmSync(join(run.folder, 'evaluation', `${train.checkpoint}-train`), { recursive: true })
})

it('training images are judged out of fold, each by a network that was not trained on it', async () => {
  const judged = await cli('label-errors', run.id, '--folds', '2', '--json')
  const found = JSON.parse(judged.stdout) as LabelErrorsReport & { folds: number }
  expect([judged.status, found.folds, found.images]).toEqual([0, 2, run.record.dataset.images!.train])
  expect(found.classes.map(({ images }) => images)).toEqual([24, 24])
  expect(found.candidates.every(({ path, label }) => path.startsWith(`train/${label}/`))).toBe(true)
  const folds = workbench.runs.list().runs.filter(({ id }) => id !== run.id)
  expect(folds.map(({ record }) => record.dataset.images)).toEqual([1, 2].map(() => ({ train: 24, val: 24 })))
  expect((await cli('label-errors', run.id, 'x', '--folds', '2')).stderr).toContain('leave the evaluation out')
  for (const each of folds) rmSync(each.folder, { recursive: true })
})

it('an export that cannot be made says why and leaves no file', async () => {
  const several = await cli('evaluations', 'export', 'last', '--csv', join(folder, 'q.csv'))
  expect([several.status, several.stderr]).toEqual([2, expect.stringContaining('has 3 evaluations; name one of them')])
  expect((await cli('evaluations', 'export', 'last', 'step-0-val', '--csv', 'q')).stderr).toContain('there is step-')
  expect((await cli('evaluations', 'export', 'last')).stderr).toContain('Name the file to write')
  const named = await cli('evaluations', 'show', `last/${report.checkpoint}-val`, '--json')
  expect(JSON.parse(named.stdout)).toMatchObject({ run: run.id, evaluation: `${report.checkpoint}-val` })
  const all = JSON.parse((await cli('evaluations', 'list', '--json')).stdout) as { evaluations: { name: string }[] }
  expect(all.evaluations.filter(({ name }) => name !== 'validation')).toHaveLength(3)
  expect(all.evaluations[0]).toMatchObject({ run: run.id, images: report.images })
  expect((await cli('evaluations', 'list')).stdout).toContain(`${run.id}/${report.checkpoint}-val  `)
  const file = join(place(), 'predictions.arrow')
  truncateSync(file, report.predictions!.bytes - 1)
  const damaged = await cli('evaluations', 'export', 'last', `${report.checkpoint}-val`, '--csv', join(folder, 'q.csv'))
  expect(damaged.status).toBe(1)
  expect(damaged.stderr).toContain('is not as it was written')
  expect(existsSync(join(folder, 'q.csv'))).toBe(false)
})

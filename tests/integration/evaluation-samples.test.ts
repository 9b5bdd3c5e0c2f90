import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { Home } from '../../host/machine/home.ts'
import { storedEvaluations } from '../../host/runs/run-folder.ts'
import { Workbench } from '../../host/workbench.ts'
import { WorkbenchHost } from '../../host/workbench-host.ts'
import { changesText } from '../../shared/contract/changes-text.ts'
import { defaultMap } from '../../shared/contract/evaluation-map.ts'
import { DatasetError, RunError, UsageError } from '../../shared/errors.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { serveImagesOf } from '../fixtures/image-line.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'

let folder: string
let root: string
let workbench: Workbench
let host: WorkbenchHost
let run: string
let other: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-'))
  root = await makeTinyDataset(join(folder, 'halves'))
  workbench = new Workbench(new Home(join(folder, 'home')))
  await workbench.datasets.add('halves', root)
  const recipe = parseRecipe({
    model: { architecture: 'resnet8' },
    data: { dataset: 'halves', imageSize: 16, evaluationResize: 16, batchSize: 12, evaluationBatchSize: 5 },
    schedule: { epochs: 1, learningRate: 0.1 },
  })
  await (
    await workbench.train(recipe, () => undefined)
  ).outcome
  const stored = workbench.runs.find('last')
  run = stored.id
  await workbench.evaluate(stored, { checkpoint: 'last', split: 'val' })
  await workbench.evaluate(stored, { checkpoint: 'last', split: 'train', features: true })
  const unknown = await makeTinyDataset(join(folder, 'unknown'))
  await workbench.evaluate(stored, { checkpoint: 'last', split: 'val', dataset: unknown })
  host = new WorkbenchHost(workbench, { version: '0', surface: 'browser' })
  other = (await host.calls.readRun(run)).evaluations.find(({ dataset }) => dataset === unknown)!.name
}, 120_000)
afterAll(async () => {
  host.kill()
  await host.close()
  rmSync(folder, { recursive: true, maxRetries: 10 })
})

const open = async () => (await (await serveImagesOf(host))()).remote
const own = async () =>
  (await host.calls.readRun(run)).evaluations.find(({ dataset, split }) => dataset === root && split === 'val')!

it('opens its columns, and tells each sample and shows its image', async () => {
  const remote = await open()
  const { name: evaluation, images, top1 } = await own()
  const opened = await remote.openEvaluation({ run, evaluation })
  expect(opened.report.images).toBe(images)
  expect([opened.labels, opened.guesses, opened.confidences, opened.losses].map(({ length }) => length)).toEqual(
    Array(4).fill(images),
  )
  const right = opened.labels.filter((label, row) => label === opened.guesses[row]).length
  expect(right / images).toBe(top1)
  const [sample] = await remote.listEvaluated({ run, evaluation, rows: [3] })
  expect(sample!.label).toBe(opened.labels[3])
  expect(sample!.guesses.map(({ label }) => label)).toContain(opened.guesses[3])
  expect(sample!.guesses[0]!.probability).toBe(opened.confidences[3])
  expect(sample!.loss).toBe(opened.losses[3])
  const [thumbnail] = await remote.evaluatedThumbnails({ run, evaluation, rows: [3], size: 64 })
  expect([...thumbnail!.subarray(0, 2)]).toEqual([0xff, 0xd8])
  expect(await remote.checkEvaluatedImages({ run, evaluation })).toEqual({
    gone: 0,
    relabelled: 0,
    added: 0,
    altered: false,
  })
})

it('shows what the network saw, and where it sees signs of classes', async () => {
  const remote = await open()
  const { name: evaluation } = await own()
  const seen = await remote.lookAtEvaluated({ run, evaluation, row: 3, classes: [0, 1] })
  expect([seen.height, seen.width, seen.channels, seen.pixels.length]).toEqual([16, 16, 3, 16 * 16 * 3])
  const [sample] = await remote.listEvaluated({ run, evaluation, rows: [3] })
  expect(seen.file).toBe(join(root, sample!.path))
  expect(seen.maps).toHaveLength(2)
  for (const { height, width, values } of seen.maps) {
    expect(values).toHaveLength(height * width)
    expect(height * width).toBeGreaterThan(1)
    const most = Math.max(...values)
    expect(most === 0 || most === 1).toBe(true)
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0)
  }
  // What speaks for one of two classes speaks against the other.
  expect([...seen.maps[0]!.values]).not.toEqual([...seen.maps[1]!.values])
})

it('finds the samples whose features are the most similar, where features were kept', async () => {
  const remote = await open()
  const { evaluations } = await host.calls.readRun(run)
  const { name: train, classes } = evaluations.find(({ split }) => split === 'train')!
  const [itself, next] = await remote.neighboursOf({ run, evaluation: train, row: 5, among: train, count: 2 })
  expect(itself!.row).toBe(5)
  expect(itself!.similarity).toBeCloseTo(1, 6)
  expect(next!.similarity).toBeLessThanOrEqual(itself!.similarity)
  const [sample] = await remote.listEvaluated({ run, evaluation: train, rows: [next!.row] })
  expect(next).toMatchObject({ ...sample })
  expect(classes[next!.label]).toBeDefined()
  const { name: evaluation } = await own()
  await expect(remote.neighboursOf({ run, evaluation, row: 0, among: train, count: 2 })).rejects.toThrow(/no features/)
})

it('finds samples by their files, doubtful labels, and odd samples', async () => {
  const remote = await open()
  const { evaluations } = await host.calls.readRun(run)
  const at = { run, evaluation: evaluations.find(({ split }) => split === 'train')!.name }
  const [fifth, first] = await remote.listEvaluated({ ...at, rows: [5, 0] })
  const samples = [{ path: fifth!.path }, { path: 'train/left/none.png' }, { path: first!.path }]
  expect([...(await remote.findEvaluated({ ...at, samples }))]).toEqual([5, -1, 0])

  const doubtful = await remote.doubtfulLabels(at)
  const told = await remote.listEvaluated({ ...at, rows: [...doubtful.rows] })
  const stored = workbench.runs.find(run)
  const evaluation = storedEvaluations(stored.folder).find(({ name }) => name === at.evaluation)!
  const { candidates } = await workbench.evaluations.labelErrors(stored, evaluation)
  expect(told.map(({ path }) => path)).toEqual(candidates.map(({ path }) => path))

  const { labels } = await remote.openEvaluation(at)
  const { outliers, conflicts, searched } = await remote.oddSamples(at)
  expect(searched).toBe(labels.length)
  expect([...outliers.rows].sort((a, b) => a - b)).toEqual([...labels.keys()])
  expect([...outliers.similarities]).toEqual([...outliers.similarities].sort((a, b) => a - b))
  conflicts.first.forEach((row, i) => expect(labels[row]).not.toBe(labels[conflicts.second[i]!]))
  const { name: without } = await own()
  await expect(remote.oddSamples({ run, evaluation: without })).rejects.toThrow(/no features/)
})

it('a map of the features is made for a page, told of, kept, and stopped', async () => {
  const remote = await open()
  const evaluation = (await host.calls.readRun(run)).evaluations.find(({ split }) => split === 'train')!
  const place = { run, evaluation: evaluation.name }
  expect(await remote.readMap(place)).toBeNull()
  const told = vi.fn()
  const off = host.listen(told)
  const [map, same] = await Promise.all([
    host.calls.mapEvaluation(run, evaluation.name, defaultMap),
    host.calls.mapEvaluation(run, evaluation.name, defaultMap),
  ])
  off()
  expect(same).toEqual(map)
  expect(map.x).toHaveLength(evaluation.images)
  expect(told).toHaveBeenCalledWith('mapProgress', run, evaluation.name, expect.anything())
  expect(told).toHaveBeenCalledWith('mapEnded', run, evaluation.name)
  expect(await remote.readMap(place)).toEqual(map)

  const other = host.calls.mapEvaluation(run, evaluation.name, { ...defaultMap, seed: 1 })
  const ended = expect(other).rejects.toThrow('The map was stopped; make it again.')
  await expect(host.calls.mapEvaluation(run, evaluation.name, { ...defaultMap, seed: 2 })).rejects.toThrow(UsageError)
  await host.calls.stopMap(run, evaluation.name)
  await ended
  expect(await remote.readMap(place)).toEqual(map)
  await expect(host.calls.mapEvaluation(run, (await own()).name, defaultMap)).rejects.toThrow('kept no features')
})

it('a page decides of labels of the datasets of the list', async () => {
  const correction = { path: 'train/left/1.png', given: 'left', decision: 'exclude' } as const
  await host.calls.decideLabel('halves', correction)
  const { file, corrections } = await host.calls.readCorrections('halves')
  expect(corrections).toEqual([correction])
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ format: 1, corrections })
  await expect(host.calls.decideLabel('none', correction)).rejects.toThrow(DatasetError)
})

it('an image that is gone leaves the figures, and is told', async () => {
  const remote = await open()
  const { name: evaluation } = await own()
  const [{ path } = { path: '' }] = await remote.listEvaluated({ run, evaluation, rows: [2] })
  renameSync(join(root, path), join(folder, 'away'))
  await remote.openEvaluation({ run, evaluation })
  expect(await remote.checkEvaluatedImages({ run, evaluation })).toEqual({
    gone: 1,
    relabelled: 0,
    added: 0,
    altered: false,
  })
  const [gone, there] = await remote.evaluatedThumbnails({ run, evaluation, rows: [2, 3], size: 64 })
  expect(gone).toHaveLength(0)
  expect(there!.length).toBeGreaterThan(0)
  await expect(remote.lookAtEvaluated({ run, evaluation, row: 2, classes: [] })).rejects.toThrow(DatasetError)
  renameSync(join(folder, 'away'), join(root, path))

  // Under the same name, but not what was measured.
  const whole = readFileSync(join(root, path))
  appendFileSync(join(root, path), ' ')
  await remote.openEvaluation({ run, evaluation })
  const changes = await remote.checkEvaluatedImages({ run, evaluation })
  expect(changes).toEqual({ gone: 0, relabelled: 0, added: 0, altered: true })
  expect(changesText(changes)).toContain('images with other content under the same names')
  writeFileSync(join(root, path), whole)
  await remote.openEvaluation({ run, evaluation })
  expect((await remote.checkEvaluatedImages({ run, evaluation })).gone).toBe(0)
})

it('images of a folder that a page may not see are not shown, the figures are', async () => {
  const remote = await open()
  const at = { run, evaluation: other }
  expect((await remote.openEvaluation(at)).labels.length).toBeGreaterThan(0)
  await expect(remote.evaluatedThumbnails({ ...at, rows: [0], size: 64 })).rejects.toThrow(/add it first/)
})

it('what is not there is refused', async () => {
  const remote = await open()
  const { name: evaluation, images } = await own()
  await expect(remote.openEvaluation({ run, evaluation: 'none' })).rejects.toThrow(RunError)
  await expect(remote.openEvaluation({ run: 'none', evaluation })).rejects.toThrow(RunError)
  await expect(remote.openEvaluation({ run, evaluation: '../../x' })).rejects.toThrow(UsageError)
  await expect(remote.listEvaluated({ run, evaluation, rows: [images] })).rejects.toThrow(UsageError)
  await expect(remote.lookAtEvaluated({ run, evaluation, row: 0, classes: [7] })).rejects.toThrow(UsageError)
  await expect(host.calls.readEvaluationFigures(run, 'none')).rejects.toThrow(RunError)
  expect((await host.calls.readEvaluationFigures(run, evaluation)).classes).toHaveLength(2)
})

import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Home } from '../../host/machine/home.ts'
import type { StoredRun } from '../../host/runs/run-store.ts'
import { Workbench } from '../../host/workbench.ts'
import type { SliceFigures, SlicesReport } from '../../shared/contract/sample-facts.ts'
import { runCli } from '../fixtures/run-cli.ts'
import { makeTinyDataset, tinyData } from '../fixtures/tiny-dataset.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { evaluationReport } from '../../shared/run-folder/evaluation.ts'
import { keptFacts } from '../../engine/jobs/image-facts.ts'
import { openKept } from '../../engine/jobs/kept-predictions.ts'

let folder: string
let root: string
let run: StoredRun
const place = () => join(run.folder, 'evaluation', 'step-5-val')
const cli = (...args: string[]) => runCli(join(folder, 'home'), ...args)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-'))
  root = await makeTinyDataset(join(folder, 'halves'))
  // One that is not like the others: larger, in colours, plain.
  await sharp({ create: { width: 60, height: 40, channels: 3, background: { r: 200, g: 200, b: 200 } } })
    .jpeg()
    .toFile(join(root, 'val/left/plain.jpg'))
  const workbench = new Workbench(new Home(join(folder, 'home')))
  const recipe = parseRecipe({
    model: { architecture: 'resnet8' },
    data: tinyData(root),
    schedule: { epochs: 1, learningRate: 0.1 },
  })
  await (
    await workbench.train(recipe, () => undefined)
  ).outcome
  run = workbench.runs.find('last')
  await workbench.evaluate(run, { checkpoint: 'last', split: 'val' })
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, maxRetries: 10 }))

/** The mean of grey levels, and the variance of their Laplacian with the border repeated, by the formula. */
async function measured(file: string): Promise<[number, number]> {
  const { data, info } = await sharp(file).greyscale().raw().toBuffer({ resolveWithObject: true })
  const at = (y: number, x: number) =>
    data[Math.min(info.height - 1, Math.max(0, y)) * info.width + Math.min(info.width - 1, Math.max(0, x))]!
  const edges = Array.from(data, (value, i) => {
    const [y, x] = [Math.floor(i / info.width), i % info.width]
    return at(y - 1, x) + at(y + 1, x) + at(y, x - 1) + at(y, x + 1) - 4 * value
  })
  const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
  const middle = mean(edges)
  return [mean(data), mean(edges.map((edge) => (edge - middle) ** 2))]
}

it('the slices are listed, and each has its figures', async () => {
  const listed = await cli('evaluations', 'slices', 'last', '--least', '8', '--json')
  const report = JSON.parse(listed.stdout) as SlicesReport
  expect(report.samples).toBe(17)
  expect(report.keys).toEqual(['size', 'aspect', 'brightness', 'sharpness', 'type', 'folder'])
  const found = report.slices.map(({ key, value, samples }) => `${key}=${value}: ${samples}`)
  expect(found).toEqual(expect.arrayContaining(['type=PNG grey: 16', 'folder=val/left: 9', 'folder=val/right: 8']))
  expect(report.lookedAt).toBe(report.slices.length)
  for (const slice of report.slices.filter(({ key }) => key === 'folder' || key === 'brightness').slice(0, 3)) {
    const shown = await cli('evaluations', 'show', 'last', '--slice', `${slice.key}=${slice.value}`, '--json')
    const { overall, of, top5, loss } = JSON.parse(shown.stdout) as SliceFigures
    expect([of, overall.samples, overall.accuracy, top5]).toEqual([17, slice.samples, slice.accuracy, 1])
    expect(loss).toBeGreaterThan(0)
  }
  const text = await cli('evaluations', 'show', 'last', '--slice', 'type=JPEG RGB')
  expect(text.stdout).toContain('1 of 17 images: type JPEG RGB')
}, 120_000)

it('what is known of the images is what they are', async () => {
  const kept = openKept(place())
  const { columns } = keptFacts({ folder: place(), ...kept })!
  const of = (key: string) => columns.find((column) => column.key === key) as { values: Float32Array }
  for (let row = 0; row < kept.table.rows; row++) {
    const path = kept.table.columns.path.at(row)
    const [brightness, sharpness] = await measured(join(root, path))
    expect(of('brightness').values[row]).toBeCloseTo(brightness, 2)
    expect(of('sharpness').values[row]! / Math.max(1, sharpness)).toBeCloseTo(sharpness < 1 ? sharpness : 1, 3)
    const [size, aspect] = path.endsWith('.jpg') ? [40, 1.5] : [28, 1]
    expect([of('size').values[row], of('aspect').values[row]]).toEqual([size, aspect])
  }
})

it('what was kept and is damaged, or of other predictions, is measured anew', () => {
  const kept = { folder: place(), ...openKept(place()) }
  expect(keptFacts(kept)).toBeDefined()
  const other = join(folder, 'other')
  cpSync(place(), other, { recursive: true })
  truncateSync(join(other, 'image-facts.arrow'), 100)
  expect(keptFacts({ ...kept, folder: other })).toBeUndefined()
  const report = evaluationReport.parse(JSON.parse(readFileSync(join(place(), 'report.json'), 'utf8')))
  const changed = { ...report, predictions: { ...report.predictions!, crc32: 1 } }
  expect(keptFacts({ ...kept, report: changed })).toBeUndefined()
  writeFileSync(join(other, 'image-facts.json'), '{')
  expect(keptFacts({ ...kept, folder: other })).toBeUndefined()
})

it('what is no slice is refused in a sentence', async () => {
  for (const [slice, told] of [
    ['colour=red', /Nothing called colour is known/],
    ['brightness=dark', /is no range of numbers/],
    ['folder', /must be KEY=VALUE/],
  ] as const) {
    const { status, stderr } = await cli('evaluations', 'show', 'last', '--slice', slice)
    expect(status).not.toBe(0)
    expect(stderr).toMatch(told)
  }
})

it('the columns of a manifest are facts too, numbers among them', async () => {
  const names = ['left', 'right'].flatMap((label) => Array.from({ length: 8 }, (_, i) => ({ label, i })))
  const lines = names.map(({ label, i }, row) => `val/${label}/${i}.png,${label},${i % 2 ? 'a' : 'b'},${row},x${row}`)
  const manifest = join(root, 'cameras.csv')
  writeFileSync(manifest, ['path,label,Camera,age,type', ...lines, ''].join('\n'))
  const evaluated = await cli('evaluate', 'last', '--dataset', manifest, '--json')
  expect(evaluated.status).toBe(0)
  const listed = await cli('evaluations', 'slices', 'last', 'step-5-all', '--least', '3', '--json')
  const report = JSON.parse(listed.stdout) as SlicesReport
  expect(report.keys.slice(-3)).toEqual(['Camera', 'age', 'manifest.type'])
  const found = report.slices.map(({ key, value, samples }) => `${key}=${value}: ${samples}`)
  expect(found).toEqual(expect.arrayContaining(['Camera=a: 8', 'Camera=b: 8', 'age=..3: 3', 'age=12..: 4']))
  // What was kept tells the same.
  const again = await cli('evaluations', 'slices', 'last', 'step-5-all', '--least', '3', '--json')
  expect(JSON.parse(again.stdout)).toEqual(report)
}, 60_000)

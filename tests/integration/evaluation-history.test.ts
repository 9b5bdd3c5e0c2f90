import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Home } from '../../host/machine/home.ts'
import { keptSamples, storedEvaluations, Workbench, type StoredRun } from '../../host/workbench.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { runCli } from '../fixtures/run-cli.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'

interface Told {
  readonly images: number
  readonly split: string
  readonly checkpoints: { name: string; right: number; learned: number; forgotten: number }[]
  readonly kept: number
  readonly forgotten: number
  readonly neverLearned: number
  readonly classes: { name: string; recalls: number[] }[]
  readonly forgottenImages: { path: string; label: string; times: number; learned: string }[]
  readonly neverLearnedImages: { path: string }[]
}

let folder: string
let run: StoredRun
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-'))
  const root = await makeTinyDataset(join(folder, 'halves'))
  const workbench = new Workbench(new Home(join(folder, 'home')))
  const recipe = parseRecipe({
    model: { architecture: 'resnet8' },
    data: { dataset: root, imageSize: 16, evaluationResize: 16, batchSize: 12, evaluationBatchSize: 5 },
    // So high that it forgets.
    schedule: { epochs: 4, learningRate: 4 },
    run: { keepCheckpoints: 4 },
  })
  await (
    await workbench.train(recipe, () => undefined)
  ).outcome
  run = workbench.runs.find('last')
})
afterAll(() => rmSync(folder, { recursive: true }))

const history = async (...args: string[]) => {
  const { status, stdout, stderr } = await runCli(join(folder, 'home'), 'evaluations', 'history', 'last', ...args)
  expect(status, stderr).toBe(0)
  return { stdout, stderr }
}

/** Of each image by its path, what the evaluations of the checkpoints say, 1 for right. */
function rightByImage(checkpoints: readonly { name: string }[]): Map<string, number[]> {
  const found = new Map<string, number[]>()
  for (const { name } of checkpoints) {
    const evaluation = storedEvaluations(run.folder).find(({ report }) => report.checkpoint === name)!
    const at = keptSamples(evaluation)
    for (let row = 0; row < evaluation.report.images; row++) {
      const { path, label, guess } = at(row)
      found.set(path, [...(found.get(path) ?? []), Number(label === guess)])
    }
  }
  return found
}

it('all checkpoints are evaluated once, and each image is followed over them', async () => {
  const first = await history('--json')
  const told = JSON.parse(first.stdout) as Told
  expect(first.stderr.match(/is evaluated/g)).toHaveLength(4)
  expect(told).toMatchObject({ images: 16, split: 'val' })
  expect(told.checkpoints).toHaveLength(4)

  const images = rightByImage(told.checkpoints)
  const timesOf = (right: readonly number[]) => right.filter((now, i) => now < (right[i - 1] ?? 0)).length
  const all = [...images]
  expect(all).toHaveLength(told.images)
  const forgotten = all.filter(([, right]) => timesOf(right) > 0)
  const never = all.filter(([, right]) => !right.includes(1))
  expect(told).toMatchObject({
    ...{ forgotten: forgotten.length, neverLearned: never.length },
    kept: told.images - forgotten.length - never.length,
  })
  expect(told.neverLearnedImages.map(({ path }) => path).toSorted()).toEqual(never.map(([path]) => path).toSorted())
  expect(told.forgottenImages).toHaveLength(forgotten.length)
  for (const { path, times, learned } of told.forgottenImages) {
    const right = images.get(path)!
    expect([times, learned]).toEqual([timesOf(right), told.checkpoints[right.indexOf(1)]!.name])
  }
  told.checkpoints.forEach(({ right, name }, i) => {
    expect(right).toBe(all.filter(([, each]) => each[i] === 1).length)
    const { report } = storedEvaluations(run.folder).find(({ report }) => report.checkpoint === name)!
    expect(right).toBe(Math.round(report.top1 * 16))
    expect(told.classes.map(({ recalls }) => recalls[i])).toEqual(
      report.classes.map(({ correct, images: count }) => correct / count),
    )
  })
})

it('what is there and whole is not measured again', async () => {
  const reports = () => storedEvaluations(run.folder).map(({ path }) => statSync(join(path, 'report.json')).mtimeMs)
  const before = reports()
  const again = await history()
  expect(again.stderr.match(/was evaluated before/g)).toHaveLength(4)
  expect(reports()).toEqual(before)
  expect(again.stdout).toMatch(/images of val\n +images +16\n[^]*Checkpoints\n +top-1 +learned +forgotten\n/)

  truncateSync(join(storedEvaluations(run.folder)[1]!.path, 'predictions.arrow'), 100)
  const mended = await history()
  expect(mended.stderr.match(/was evaluated before/g)).toHaveLength(3)
  expect(mended.stderr.match(/is evaluated/g)).toHaveLength(1)
  expect(mended.stdout).toBe(again.stdout)

  const train = await history('--split', 'train', '--json')
  expect(train.stderr.match(/is evaluated/g)).toHaveLength(4)
  expect(JSON.parse(train.stdout)).toMatchObject({ images: 48, split: 'train' })
})

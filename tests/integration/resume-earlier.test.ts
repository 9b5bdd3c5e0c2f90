import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findCheckpoint, listCheckpoints } from '../../engine/checkpoints/checkpoint-folder.ts'
import { Home } from '../../host/machine/home.ts'
import { Workbench } from '../../host/workbench.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import type { MetricsRecord } from '../../shared/run-folder/metrics.ts'
import { runCli } from '../fixtures/run-cli.ts'
import { makeTinyDataset, tinyData } from '../fixtures/tiny-dataset.ts'

let folder: string
let workbench: Workbench
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-earlier-'))
  workbench = new Workbench(new Home(join(folder, 'home')))
  const dataset = await makeTinyDataset(join(folder, 'halves'))
  const recipe = parseRecipe({
    model: { architecture: 'resnet8' },
    data: tinyData(dataset),
    schedule: { epochs: 4, warmupEpochs: 0, learningRate: 0.1, referenceBatch: 0 },
    run: { logEvery: 1, checkpointEvery: 1, keepCheckpoints: 3 },
  })
  expect(await (await workbench.train(recipe, () => undefined)).outcome).toMatchObject({ status: 'finished', step: 20 })
  await workbench.evaluate(last(), { checkpoint: 'step-10', split: 'val' })
  await workbench.evaluate(last(), { checkpoint: 'last', split: 'val' })
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true }))

const last = () => workbench.runs.find('last')
const names = (...path: string[]) => readdirSync(join(last().folder, ...path)).sort()
const checkpoints = () => listCheckpoints(join(last().folder, 'checkpoints'))
const metrics = (...path: string[]) =>
  readFileSync(join(last().folder, ...path, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as MetricsRecord)
const trained = (records: MetricsRecord[]) => records.filter(({ split }) => split === 'train').map(({ step }) => step)
const steps = (first: number, end: number) => Array.from({ length: end - first + 1 }, (_, i) => first + i)

it(
  'a finished run refuses an earlier checkpoint with two ways on, of which the first goes on from there and sets aside what came later',
  { timeout: 120_000 },
  async () => {
    const { root } = workbench.home
    const before = metrics()
    const kept = names('checkpoints')
    expect(kept).toEqual(expect.arrayContaining(['step-10', 'step-15', 'step-20']))
    const refused = await runCli(root, 'train', '--resume', 'last', '--checkpoint', 'step-10')
    expect(refused.status).toBe(1)
    const [advice] = /train --resume \S+ --checkpoint step-10 --set schedule\.epochs=N/.exec(refused.stderr)!
    const further = await runCli(root, ...advice.replace('=N', '=5').split(' '))
    expect(further.stderr).toContain(
      'warning: The run goes on from step 10, so what it did after that counts no more and is kept in abandoned/after-step-10: 2 checkpoints (step-15 and step-20), 1 evaluation, 12 lines of metrics.jsonl.',
    )
    expect(further.status).toBe(0)
    expect(last()).toMatchObject({ status: 'finished', record: { step: 25 } })

    // Of what is the run's now, nothing is from before.
    expect(trained(metrics())).toEqual(steps(1, 25))
    expect(metrics().slice(12)).not.toEqual(expect.arrayContaining([before[12]]))
    expect(names('evaluation')).toEqual(['step-10-val'])
    const started = Date.parse(last().record.started)
    for (const { manifest } of checkpoints().filter(({ manifest }) => manifest.step > 10))
      expect(Date.parse(manifest.created)).toBeGreaterThan(started)
    expect(findCheckpoint(join(last().folder, 'checkpoints'), 'last').name).toBe('step-25')
    // Of what came later before, nothing is lost.
    expect(names('abandoned', 'after-step-10', 'checkpoints')).toEqual(['step-15', 'step-20'])
    expect(names('abandoned', 'after-step-10', 'evaluation')).toEqual(['step-20-val'])
    expect(trained(metrics('abandoned', 'after-step-10'))).toEqual(steps(11, 20))
  },
)

it(
  'one that is stopped soon after has its best and its last from what is left of it',
  { timeout: 60_000 },
  async () => {
    const run = await workbench.resume(last(), (progress) => progress.phase === 'training' && void run.stop(), {
      checkpoint: checkpoints()[0]!.name,
      settings: ['schedule.epochs=6'],
    })
    const { step } = await run.outcome
    expect(step).toBeLessThan(25)
    const left = checkpoints().map(({ manifest }) => manifest.step)
    expect(left.at(-1)).toBe(step)
    const { summary } = last().record
    const evaluated = metrics().filter(({ split }) => split === 'val')
    expect(evaluated.map(({ step }) => step)).toContain(summary!.bestStep)
    expect(summary).toMatchObject({ top1: evaluated.at(-1)!.values.top1, loss: evaluated.at(-1)!.values.loss })
    expect(names('abandoned')).toHaveLength(2)
  },
)

it('the second way on begins a new run with those weights', { timeout: 60_000 }, async () => {
  const { id, folder } = last()
  const advice = ['--recipe', join(folder, 'recipe.json'), '--set', `model.init=${id}/last`]
  const begun = await runCli(workbench.home.root, 'train', ...advice, '--set', 'schedule.epochs=1')
  expect(begun).toMatchObject({ status: 0 })
  expect(last().id).not.toBe(id)
})

import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { Home } from '../../host/machine/home.ts'
import { WorkbenchHost } from '../../host/workbench-host.ts'
import { Workbench } from '../../host/workbench.ts'
import { RunError, UsageError } from '../../shared/errors.ts'
import { learningRateSchedule } from '../../shared/recipe/schedule.ts'
import { resolveRecipe } from '../../shared/recipe/resolve.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import type { MetricsRecord } from '../../shared/run-folder/metrics.ts'
import { readJson } from '../../storage/files.ts'
import { runCli } from '../fixtures/run-cli.ts'
import { makeTinyDataset, tinyData } from '../fixtures/tiny-dataset.ts'

let folder: string
let workbench: Workbench
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-further-'))
  workbench = new Workbench(new Home(join(folder, 'home')))
  const dataset = await makeTinyDataset(join(folder, 'halves'))
  const recipe = parseRecipe({
    model: { architecture: 'resnet8' },
    data: tinyData(dataset),
    schedule: { epochs: 2, warmupEpochs: 0, learningRate: 0.1, referenceBatch: 0 },
    run: { logEvery: 1, checkpointEvery: 1, keepCheckpoints: 5 },
  })
  expect(await (await workbench.train(recipe, () => undefined)).outcome).toMatchObject({ status: 'finished', step: 10 })
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true }))

const sentence =
  /The run is 20 steps long from now on, where it was 10: the learning rate of every step is that of the longer schedule, so that after step 10 it jumps from 0\.\d+ to 0\.05\./
const last = () => workbench.runs.find('last')
const resume = (settings?: string[], checkpoint?: string) =>
  workbench.resume(last(), () => undefined, { settings, checkpoint }).then(({ outcome }) => outcome)

it('a finished run says how it is trained further, and how a new one begins with its weights', async () => {
  const { id, folder } = last()
  const begin = `starts a new run from those weights.`
  await expect(resume()).rejects.toThrow(
    new RunError(
      `The run ${id} is finished; "anneal train --resume ${id} --set schedule.epochs=N" trains it further from its last state, and "anneal train --recipe ${join(folder, 'recipe.json')} --set model.init=${id}/last" ${begin}`,
    ),
  )
  await expect(resume(undefined, 'step-5')).rejects.toThrow(
    new RunError(
      `The run ${id} is finished; "anneal train --resume ${id} --checkpoint step-5 --set schedule.epochs=N" trains it further from step-5, and "anneal train --recipe ${join(folder, 'recipe.json')} --set model.init=${id}/step-5" ${begin}`,
    ),
  )
})

it('only its length can be changed, and only to more', async () => {
  await expect(resume(['optimizer.momentum=0.5'])).rejects.toThrow(UsageError)
  await expect(resume(['schedule.epochs=4', 'schedule.learningRate=1'])).rejects.toThrow(/not schedule\.learningRate/)
  await expect(resume(['schedule.epochs=1'])).rejects.toThrow(
    'The run was to do 10 steps, but schedule.epochs=1 comes to 5;',
  )
  await expect(resume(['schedule.steps=3'])).rejects.toThrow(
    'The run was to do 10 steps, but schedule.steps=3 comes to 3;',
  )
  await expect(resume(['schedule.epochs=2'])).rejects.toThrow('has already done its 10 steps')
  expect(last()).toMatchObject({ status: 'finished', record: { step: 10 } })
  expect(workbench.recipeOf(last()).schedule).toMatchObject({ epochs: 2, steps: 0 })
})

it('the page is told what its learning rate will do, by the sentence that its trainer says then', async () => {
  const host = new WorkbenchHost(workbench, { version: '0', surface: 'browser' })
  onTestFinished(() => host.close())
  const { id } = last()
  expect(await host.calls.describeLonger(id, { unit: 'epoch', count: 4 })).toMatch(sentence)
  await expect(host.calls.describeLonger(id, { unit: 'epoch', count: 1 })).rejects.toThrow('comes to 5; name more')
  await expect(host.calls.resumeRun(id, { unit: 'epoch', count: 2 })).rejects.toThrow(
    new RunError('The run is 10 steps long already; name more epochs to train it further.'),
  )
  await expect(host.calls.resumeRun(id)).rejects.toThrow('is finished')
  expect(await host.calls.listRuns()).toMatchObject([{ id, status: 'finished' }])
})

it('one whose checkpoints are gone is refused, and keeps what was measured', async () => {
  const { folder } = last()
  const before = readFileSync(join(folder, 'metrics.jsonl'), 'utf8')
  renameSync(join(folder, 'checkpoints'), join(folder, 'elsewhere'))
  await expect(resume(['schedule.epochs=4'])).rejects.toThrow('The run has no complete checkpoint')
  renameSync(join(folder, 'elsewhere'), join(folder, 'checkpoints'))
  expect(readFileSync(join(folder, 'metrics.jsonl'), 'utf8')).toBe(before)
})

it(
  'it trains further with the longer schedule, and a new run begins with its weights',
  { timeout: 120_000 },
  async () => {
    const { home } = workbench
    const first = last()
    const further = await runCli(home.root, 'train', '--resume', 'last', '--set', 'schedule.epochs=4')
    expect(further.stderr).toMatch(sentence)
    expect(further.status).toBe(0)
    expect(last()).toMatchObject({
      id: first.id,
      status: 'finished',
      record: { step: 20, extendedAt: 10, plan: { totalSteps: 20, epochs: 4 } },
    })
    const recipe = workbench.recipeOf(last())
    expect(recipe.schedule.epochs).toBe(4)
    const longer = learningRateSchedule(recipe.schedule, { totalBatch: 9, stepsPerEpoch: 5 })
    const lines = readFileSync(join(first.folder, 'metrics.jsonl'), 'utf8').trim().split('\n')
    const rates = lines.map((line) => JSON.parse(line) as MetricsRecord).filter(({ split }) => split === 'train')
    expect(rates.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    for (const { step, values } of rates.slice(10)) expect(values.learningRate).toBeCloseTo(longer(step - 1), 9)
    const events = readFileSync(join(first.folder, 'events.jsonl'), 'utf8')
    expect(events).toMatch(/"kind":"extended","step":10,"message":"The run is 20 steps long/)

    const begun = ['--recipe', join(first.folder, 'recipe.json'), '--set', `model.init=${first.id}/last`]
    expect(await runCli(home.root, 'train', ...begun, '--set', 'schedule.epochs=1')).toMatchObject({ status: 0 })
    expect(last().id).not.toBe(first.id)
    expect(last().record.step).toBe(5)
    expect(readFileSync(join(last().folder, 'events.jsonl'), 'utf8')).not.toContain('model.padding')
  },
)

it('a run is told where the weights that it begins with were trained to mean something else', async () => {
  const { id, folder } = last()
  const settings = [`model.init=${id}/last`, 'model.padding=same', 'schedule.epochs=1']
  const recipe = resolveRecipe({ document: readJson(join(folder, 'recipe.json')), settings })
  await (
    await workbench.train(recipe, () => undefined)
  ).outcome
  expect(readFileSync(join(last().folder, 'events.jsonl'), 'utf8')).toMatch(
    /model\.padding: The weights of step-\d+ that the run starts from were trained with symmetric, and mean something else with same/,
  )
})

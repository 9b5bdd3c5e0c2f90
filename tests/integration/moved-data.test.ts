import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { Home } from '../../host/machine/home.ts'
import { Workbench } from '../../host/workbench.ts'
import { WorkbenchHost } from '../../host/workbench-host.ts'
import type { TrainerProgress } from '../../shared/contract/trainer.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import type { RunRecord } from '../../shared/run-folder/record.ts'
import { runCli } from '../fixtures/run-cli.ts'
import { makeTinyDataset, tinyData } from '../fixtures/tiny-dataset.ts'

let folder: string
let images: string
/** Of a run that was stopped, and whose dataset is no longer where it was. */
let stopped: { workbench: Workbench; id: string; was: string }
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-moved-'))
  images = await makeTinyDataset(join(folder, 'images'))
  const workbench = new Workbench(new Home(join(folder, 'home')))
  const was = copyOfImages('first place/halves')
  const run = await workbench.train(recipe(was), (progress) => progress.phase === 'training' && void run.stop())
  expect(await run.outcome).toMatchObject({ status: 'stopped' })
  rmSync(was, { recursive: true })
  stopped = { workbench, id: run.id, was }
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true }))

/** 48 images in batches of 9: 5 steps an epoch, 100 in all. */
const recipe = (dataset: string) =>
  parseRecipe({
    model: { architecture: 'resnet8' },
    data: tinyData(dataset),
    schedule: { epochs: 20, learningRate: 0.1 },
  })

function copyOfImages(name: string): string {
  cpSync(images, join(folder, name), { recursive: true })
  return join(folder, name)
}

/** The stopped run in a home of its own. */
function copyOfHome(): Workbench {
  const home = mkdtempSync(join(folder, 'copy-'))
  cpSync(join(folder, 'home', 'runs'), join(home, 'runs'), { recursive: true })
  return new Workbench(new Home(home))
}

const recordIn = (workbench: Workbench) => workbench.runs.find('last').record

async function resume(workbench: Workbench, dataset?: string) {
  const warnings: string[] = []
  const onProgress = (progress: TrainerProgress) => progress.phase === 'warning' && warnings.push(progress.message)
  const outcome = await (await workbench.resume(workbench.runs.find('last'), onProgress, { dataset })).outcome
  return { outcome, warnings }
}

describe('a dataset that was moved', () => {
  it('is found by its name, by run and evaluation, and that is told', async () => {
    const workbench = copyOfHome()
    await expect(workbench.resume(workbench.runs.find('last'), () => undefined)).rejects.toThrow(
      `The run's dataset halves is no longer in ${stopped.was}; add the moved folder under the name halves, or on the command line name it with --dataset.`,
    )
    const now = copyOfImages('second place/other name')
    await workbench.datasets.add('halves', now)
    const told = `The run's dataset halves is read from ${now} now, not from ${stopped.was}: its images are the same.`

    const warnings: string[] = []
    const run = workbench.runs.find('last')
    const onProgress = (progress: TrainerProgress) => progress.phase === 'warning' && warnings.push(progress.message)
    expect(await workbench.evaluate(run, { checkpoint: 'last', split: 'val', onProgress })).toMatchObject({
      images: 16,
      dataset: now,
    })
    expect(warnings).toEqual([told])

    const second = await resume(workbench)
    expect(second.outcome).toMatchObject({ status: 'finished', step: 100 })
    expect(second.warnings).toContain(told)
    const events = readFileSync(join(workbench.runs.find('last').folder, 'events.jsonl'), 'utf8')
    expect(events).toContain(JSON.stringify(told))
    expect(recordIn(workbench)).toMatchObject({
      name: 'resnet8 halves',
      dataset: { name: 'halves', root: now, images: { train: 48, val: 16 } },
    })
    // Where both are gone, and the name leads to nothing either.
    renameSync(now, join(folder, 'third place'))
    await expect(async () => workbench.evaluate(workbench.runs.find('last'), { checkpoint: 'last' })).rejects.toThrow(
      'remove halves from the datasets and add the moved folder under the name halves',
    )
  })

  it('is named on the command line, also where an empty folder is left in its place', { timeout: 60_000 }, async () => {
    const workbench = copyOfHome()
    const now = copyOfImages('fourth place')
    mkdirSync(stopped.was, { recursive: true })
    onTestFinished(() => rmSync(stopped.was, { recursive: true }))
    const { home } = workbench
    const refused = await runCli(home.root, 'train', '--resume', 'last')
    expect(refused).toMatchObject({ status: 1 })
    expect(refused.stderr).toContain(stopped.was)
    const resumed = await runCli(home.root, 'train', '--resume', 'last', '--dataset', now)
    expect(resumed.stderr).toContain(`warning: The run's dataset halves is read from ${now} now`)
    expect(resumed.status).toBe(0)
    expect(recordIn(workbench).dataset).toMatchObject({ name: 'halves', root: now })
  })

  it('is refused where its images differ, by what differs', async () => {
    const workbench = copyOfHome()
    const fewer = copyOfImages('fewer')
    rmSync(join(fewer, 'train', 'left', '3.png'))
    await expect(resume(workbench, fewer)).rejects.toThrow(
      `The images in ${fewer} are not those that the run was started with: there are 47 training and 16 validation images, where there were 48 training and 16 validation images; restore them,`,
    )
    const renamed = copyOfImages('renamed')
    for (const split of ['train', 'val']) renameSync(join(renamed, split, 'left'), join(renamed, split, 'links'))
    await expect(resume(workbench, renamed)).rejects.toThrow('the class left is missing, the class links is new;')
    const others = copyOfImages('others')
    renameSync(join(others, 'train', 'left', '3.png'), join(others, 'train', 'left', 'x.png'))
    await expect(resume(workbench, others)).rejects.toThrow(
      'they are as many, but their names, sizes or labels differ;',
    )
    expect(recordIn(workbench)).toMatchObject({ status: 'stopped', dataset: { root: stopped.was } })
    await workbench.datasets.add('halves', fewer)
    await expect(workbench.evaluate(workbench.runs.find('last'), { checkpoint: 'last' })).rejects.toThrow(
      'there are 47 training',
    )
  })

  it('is found from the page too', { timeout: 60_000 }, async () => {
    const workbench = copyOfHome()
    const host = new WorkbenchHost(workbench, { version: '0', surface: 'browser' })
    onTestFinished(() => host.close())
    const { id } = stopped
    const missing = /add the moved folder under the name halves/
    await expect(host.calls.resumeRun(id)).rejects.toThrow(missing)
    await expect(host.calls.evaluateRun(id, 'last', 'val')).rejects.toThrow(missing)
    await workbench.datasets.add('halves', copyOfImages('fifth place'))
    expect(await host.calls.evaluateRun(id, 'last', 'val')).toMatchObject({ images: 16 })
    await host.calls.resumeRun(id)
    await expect.poll(() => recordIn(workbench).status, { timeout: 50_000 }).toBe('finished')
    expect((await host.calls.readRun(id)).events.map(({ message }) => message).join('\n')).toMatch(
      /The run's dataset halves is read from .*fifth place now/,
    )
  })
})

describe('a copied run folder', () => {
  it('that says it is at work on another machine is held for a while, and then resumes', async () => {
    const workbench = copyOfHome()
    const run = workbench.runs.find('last')
    await workbench.datasets.add('halves', copyOfImages('sixth place'))
    const elsewhere = { pid: process.pid, host: 'elsewhere', folder: run.folder }
    const hold = (at: number) => {
      const record = {
        ...run.record,
        status: 'running',
        started: new Date(1000 * at).toISOString(),
        trainer: elsewhere,
      }
      writeFileSync(join(run.folder, 'run.json'), JSON.stringify(record satisfies RunRecord | object))
      writeFileSync(join(run.folder, 'lock.json'), JSON.stringify({ ...elsewhere, at }))
      writeFileSync(join(run.folder, 'heartbeat'), JSON.stringify(elsewhere))
    }
    hold(1e9)
    await expect(async () => resume(workbench)).rejects.toThrow(
      /in use by process \d+ on elsewhere; .* can be resumed from/,
    )
    utimesSync(join(run.folder, 'heartbeat'), 1e9, 1e9)
    expect((await resume(workbench)).outcome).toMatchObject({ status: 'finished', step: 100 })
  })
})

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Home, Workbench, type StoredRun } from '../../host/workbench.ts'
import { WorkbenchHost } from '../../host/workbench-host.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'

const bundled = join(import.meta.dirname, '../../datasets/fashion-mnist-mini')
const ID = '2026-11-29_02-30-37_small_stopped'

/** 6,000 images in batches of 500 are 12 steps an epoch. */
const plan = { totalSteps: 20, stepsPerEpoch: 12, epochs: 2, imagesPerStep: 500, classes: 10 }

/** A home as the first version left it, with a run that was stopped after 10 of 20 steps, on the images that are here. */
let folder: string
let workbench: Workbench
let run: StoredRun
let clothes: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-'))
  const home = join(folder, 'home')
  clothes = join(folder, 'clothes')
  cpSync(join(import.meta.dirname, '../fixtures/home-of-the-first-version'), home, { recursive: true })
  cpSync(bundled, clothes, { recursive: true })
  const reports = ['val', 'val-clothes'].map((name) => `runs/${ID}/evaluation/step-10-${name}.json`)
  for (const name of ['datasets.json', `runs/${ID}/run.json`, ...reports]) {
    const file = join(home, name)
    const text = readFileSync(file, 'utf8').replaceAll('/data/fashion-mnist-mini', bundled)
    writeFileSync(file, text.replaceAll('/data/clothes', clothes))
  }
  workbench = new Workbench(new Home(home))
  run = workbench.runs.find('last')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a home of the first version', () => {
  it('is shown, with a plan that its records did not have', async () => {
    const host = new WorkbenchHost(workbench, { version: '0', surface: 'browser' })
    try {
      const [shown] = await host.calls.listRuns()
      expect(shown).toMatchObject({ id: ID, status: 'stopped', notes: { tags: ['kept'] } })
      expect(shown!.record!.plan).toEqual(plan)
      const detail = await host.calls.readRun(ID)
      expect(detail.checkpoints.map(({ name }) => name)).toEqual(['step-10'])
      expect(detail.events.map(({ kind }) => kind)).toEqual(['started', 'checkpoint', 'stopped'])
      expect(detail.evaluations.map(({ dataset, top1 }) => [dataset, top1])).toEqual([
        [clothes, 0.511],
        [bundled, 0.511],
      ])
      const { series } = await host.calls.readMetrics(ID, '')
      expect(series.map(({ metric }) => metric)).toContain('loss')
      expect((await host.calls.listDatasets()).map(({ name, root }) => [name, root])).toContainEqual([
        'clothes',
        clothes,
      ])
    } finally {
      await host.close()
    }
  })

  it('is evaluated to the same figures, each folder of images in a report of its own', async () => {
    const reports = join(run.folder, 'evaluation')
    expect(readdirSync(reports).sort()).toEqual(['step-10-val-clothes.json', 'step-10-val.json'])
    // The same folder, under a name that tells it from others that are called so too.
    const first = await workbench.evaluate(run, { checkpoint: 'last', split: 'val', dataset: 'clothes' })
    expect(first).toMatchObject({ images: 1000, top1: 0.511, top5: 0.938 })
    expect(readdirSync(reports).sort()).toEqual([
      expect.stringMatching(/^step-10-val-clothes-[0-9a-f]{8}$/),
      'step-10-val.json',
    ])
    const other = join(temporaryFolder(), 'clothes')
    cpSync(bundled, other, { recursive: true })
    await workbench.evaluate(run, { checkpoint: 'last', split: 'val', dataset: other })
    expect(readdirSync(reports)).toHaveLength(3)
    await workbench.evaluate(run, { checkpoint: 'last', split: 'val', dataset: other })
    expect(readdirSync(reports)).toHaveLength(3)
  })

  it('goes on training, and its record has a plan from then on', async () => {
    const outcome = await (await workbench.resume(run, () => undefined)).outcome
    expect(outcome).toMatchObject({ status: 'finished', step: 20 })
    const { record, status } = workbench.runs.find('last')
    expect(status).toBe('finished')
    expect(record.plan).toEqual(plan)
  })
})

import { cpSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { Home } from '../../host/machine/home.ts'
import { WorkbenchHost } from '../../host/workbench-host.ts'
import { Workbench } from '../../host/workbench.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { runCli } from '../fixtures/run-cli.ts'
import { makeTinyDataset, tinyData } from '../fixtures/tiny-dataset.ts'

/** Of 24 images a class, a quarter is held out. */
const HELD_OUT = 12

let folder: string
let workbench: Workbench
/** Where the run's own dataset was, a plain `<class>/<image>`, and where it is now. */
let was: string
let now: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-own-'))
  workbench = new Workbench(new Home(join(folder, 'home')))
  was = join(await makeTinyDataset(join(folder, 'halves')), 'train')
  const recipe = parseRecipe({
    model: { architecture: 'resnet8' },
    data: { ...tinyData(was), validationShare: 0.25 },
    schedule: { epochs: 1, learningRate: 0.1 },
  })
  expect(await (await workbench.train(recipe, () => undefined)).outcome).toMatchObject({ status: 'finished' })
  now = join(folder, 'moved')
  renameSync(was, now)
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true }))

const last = () => workbench.runs.find('last')
const reports = () => readdirSync(join(last().folder, 'evaluation')).sort()
const evaluate = async (...args: string[]) => {
  const { stdout, stderr } = await runCli(workbench.home.root, 'evaluate', 'last', ...args, '--json')
  return { report: JSON.parse(stdout) as EvaluationReport, stderr }
}

it("the run's own images in another place are split as the run split them, and that is told", async () => {
  const note = `The images in ${now} are those of the run's own dataset train, which was in ${was}: they are split as the run split them, and its own val images are measured.`
  const { report, stderr } = await evaluate('--dataset', now)
  expect(report).toMatchObject({ split: 'val', images: HELD_OUT, dataset: now, notes: [note] })
  expect(stderr).toContain(`warning: ${note}`)
  expect(reports()).toEqual([expect.stringMatching(/^step-\d+-val-moved-[0-9a-f]{8}$/)])
  const { report: trained } = await evaluate('--dataset', now, '--split', 'train')
  expect(trained).toMatchObject({ split: 'train', images: 48 - HELD_OUT })
})

it('the page is told the same of a dataset that was found by its name', { timeout: 60_000 }, async () => {
  const host = new WorkbenchHost(workbench, { version: '0', surface: 'browser' })
  onTestFinished(() => host.close())
  await workbench.datasets.add('train', now)
  const { id } = last()
  const note = `The run's dataset train is read from ${now} now, not from ${was}: its images are the same.`
  expect(await host.calls.evaluateRun(id, 'best', 'val')).toMatchObject({ images: HELD_OUT, notes: [note] })
  const { evaluations } = await host.calls.readRun(id)
  expect(evaluations.find(({ split }) => split === 'val')).toMatchObject({ dataset: now, notes: [note] })
})

it(
  'other images are taken whole, and two folders or manifests of one name keep both reports',
  { timeout: 120_000 },
  async () => {
    const before = reports()
    const places = ['one', 'two'].map((parent) => join(folder, parent, 'test'))
    for (const place of places) {
      cpSync(now, place, { recursive: true })
      rmSync(join(place, 'left', '0.png'))
      const { report } = await evaluate('--dataset', place)
      expect(report).toMatchObject({ split: 'all', images: 47, dataset: place })
      expect(report).not.toHaveProperty('notes')
    }
    for (const place of places) {
      const manifest = join(place, 'manifest.csv')
      writeFileSync(manifest, 'path,label\nleft/1.png,left\nright/1.png,right\n')
      expect((await evaluate('--dataset', manifest)).report).toMatchObject({
        split: 'all',
        images: 2,
        dataset: manifest,
      })
    }
    const added = reports().filter((name) => !before.includes(name))
    expect(added).toEqual([
      ...Array<unknown>(2).fill(expect.stringMatching(/^step-\d+-all-manifest\.csv-[0-9a-f]{8}$/)),
      ...Array<unknown>(2).fill(expect.stringMatching(/^step-\d+-all-test-[0-9a-f]{8}$/)),
    ])
  },
)

it('images of classes that the network does not know are left out on demand, and that is told', async () => {
  const place = join(folder, 'more')
  cpSync(now, place, { recursive: true })
  cpSync(join(now, 'left'), join(place, 'middle'), { recursive: true })
  rmSync(join(place, 'middle', '0.png'))
  const refused = await runCli(workbench.home.root, 'evaluate', 'last', '--dataset', place)
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('"middle" (23); leave them out with')])
  const { report } = await evaluate('--dataset', place, '--leave-out-unknown')
  expect(report).toMatchObject({ split: 'all', images: 48, leftOut: 23 })
  expect(report.notes).toEqual([expect.stringContaining('23 images are left out')])
  expect(report.classes.map(({ name, images }) => [name, images])).toEqual([
    ['left', 24],
    ['right', 24],
  ])
})

it('a page chooses too what is kept and left out', { timeout: 60_000 }, async () => {
  const host = new WorkbenchHost(workbench, { version: '0', surface: 'browser' })
  onTestFinished(() => host.close())
  await workbench.datasets.add('more', join(folder, 'more'))
  const { id } = last()
  const evaluated = (choices: object) => host.calls.evaluateRun(id, 'best', undefined, 'more', choices)
  await expect(evaluated({ features: true })).rejects.toThrow('“Leave out unknown classes” in the window')
  const report = await evaluated({ features: true, logits: false, leaveOutUnknown: true })
  expect(report).toMatchObject({ images: 48, leftOut: 23, features: { width: expect.any(Number) as number } })
  expect(report).not.toHaveProperty('logits')
})

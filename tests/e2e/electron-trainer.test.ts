import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { startWindow, type StartedWindow } from '../fixtures/electron.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'
import { callHost, callTrainer } from './call-host.ts'

let folder: string
let started: StartedWindow
let app: ElectronApplication
let page: Page

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-trainer-'))
  const dataset = await makeTinyDataset(join(folder, 'halves'))
  started = await startWindow(join(folder, 'home'))
  ;({ app, page } = started)
  await callHost(page, 'addDataset', dataset, 'halves')
})
afterAll(async () => {
  await started.end()
  rmSync(folder, { recursive: true, maxRetries: 10 })
})

const recipe = (epochs: number) =>
  parseRecipe({
    model: { architecture: 'resnet8' },
    data: {
      dataset: 'halves',
      imageSize: 24,
      evaluationResize: 24,
      channels: 1,
      mean: [128],
      std: [64],
      batchSize: 12,
      evaluationBatchSize: 16,
    },
    schedule: { epochs, learningRate: 1 },
    run: { checkpointEvery: 1, evaluateEvery: 50, logEvery: 1 },
  })

const PATIENCE = { timeout: 90_000, interval: 100 }

/** The processes that train or are asked about data, as Electron itself counts them. */
const trainers = () =>
  app.evaluate(({ app }) =>
    app
      .getAppMetrics()
      .filter(({ type, name }) => type === 'Utility' && name === 'Anneal trainer')
      .map(({ pid }) => pid),
  )

async function findRun(id: string) {
  const runs = await callHost(page, 'listRuns')
  return runs.find((run) => run.id === id)
}

const until = (id: string, status: string) =>
  vi.waitFor(async () => expect(await findRun(id)).toMatchObject({ status }), PATIENCE)

it('trains in a utility process to the end', async () => {
  const { id } = await callHost(page, 'startRun', recipe(4))
  await vi.waitFor(async () => expect((await findRun(id))?.record).toBeDefined(), PATIENCE)
  const { pid } = (await findRun(id))!.record!.trainer
  expect(await trainers()).toContain(pid)
  await until(id, 'finished')
  // 48 images in batches of 12, four times.
  expect((await findRun(id))?.record).toMatchObject({ step: 16, tensorFlow: '2.21.0' })
  expect((await callHost(page, 'readRun', id)).checkpoints.map(({ step }) => step)).toContain(16)
  await vi.waitFor(async () => expect(await trainers()).not.toContain(pid), PATIENCE)
})

it('brings pixels and curves to the page as they are', async () => {
  const [file] = await callTrainer(page, 'thumbnails', { dataset: 'halves', split: 'train', samples: [0], size: 32 })
  const { format, width } = await sharp(Buffer.from(file!)).metadata()
  expect({ format, width }).toEqual({ format: 'jpeg', width: 28 })
  const [sample] = await callTrainer(page, 'previewSamples', {
    recipe: recipe(1),
    split: 'train',
    epoch: 0,
    samples: [0],
  })
  expect(sample).toMatchObject({ width: 24, height: 24, channels: 1 })
  expect(sample!.augmented).toHaveLength(24 * 24)
})

it('says that a trainer does not answer, and ends it at once when asked', async () => {
  const { id } = await callHost(page, 'startRun', recipe(500))
  await vi.waitFor(async () => expect((await findRun(id))?.record?.step).toBeGreaterThan(0), PATIENCE)
  await page.evaluate((id) => (location.hash = `#/runs/${id}`), id)
  process.kill((await findRun(id))!.record!.trainer.pid, 'SIGSTOP')
  const note = page.getByRole('alert').filter({ hasText: /The trainer has not answered for \d+ s: wait if/ })
  await note.getByRole('button', { name: 'End at once' }).click({ timeout: PATIENCE.timeout })
  await page.getByRole('dialog').getByRole('button', { name: 'End at once' }).click()
  await until(id, 'interrupted')
  expect((await findRun(id))?.problem).toBe('The trainer was ended at once, without saving.')
  await expect.poll(() => note.count()).toBe(0)
})

it('survives the death of a trainer, says what happened, and goes on from the last checkpoint', async () => {
  const { id } = await callHost(page, 'startRun', recipe(500))
  await vi.waitFor(async () => expect((await findRun(id))?.record?.step).toBeGreaterThan(0), PATIENCE)
  const pid = (await findRun(id))!.record!.trainer.pid
  expect(await trainers()).toContain(pid)
  process.kill(pid, 'SIGKILL')
  await until(id, 'interrupted')
  expect((await findRun(id))?.problem).toMatch(/^The trainer process was killed by SIGKILL/)
  expect(await page.evaluate(() => document.getElementById('app')!.children.length)).toBeGreaterThan(0)
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isVisible())).toBe(true)

  const { step } = (await findRun(id))!.record!
  await callHost(page, 'resumeRun', id)
  await until(id, 'running')
  await vi.waitFor(async () => expect((await findRun(id))?.record?.step).toBeGreaterThan(step), PATIENCE)
  await callHost(page, 'stopRun', id)
  await until(id, 'stopped')
})

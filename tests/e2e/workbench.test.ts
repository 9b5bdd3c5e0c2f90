import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { RunRecord } from '../../shared/run-folder/record.ts'
import type { MetricsRecord } from '../../shared/run-folder/metrics.ts'
import { buildWindow, startWindow } from '../fixtures/electron.ts'
import { openLine, openPage, serve } from '../fixtures/serve.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'
import {
  changeRecipe,
  compareAndExport,
  finish,
  lookAtSamples,
  measureTime,
  newHome,
  PATIENCE,
  pickDataset,
  reaches,
  start,
  step,
  stopAndResume,
} from './workbench-flow.ts'

beforeAll(() => buildWindow())

interface Surface {
  readonly home: string
  readonly page: Page
  /** Does what saves a file, and returns its text. */
  readonly saved: (click: () => Promise<void>) => Promise<string>
}

async function openWindow(): Promise<Surface> {
  const home = newHome()
  const started = await startWindow(home)
  onTestFinished(() => started.end())
  const { app, page } = started
  const file = join(home, 'saved.csv')
  const saved = async (click: () => Promise<void>) => {
    // A person is asked where to; the dialog cannot be clicked here.
    await app.evaluate(
      ({ session }, file) => session.defaultSession.once('will-download', (_event, item) => item.setSavePath(file)),
      file,
    )
    await click()
    return vi.waitFor(() => readFileSync(file, 'utf8'), PATIENCE)
  }
  return { home, page, saved }
}

async function openBrowser(): Promise<Surface> {
  const home = newHome()
  const page = await openPage(await serve(home))
  const saved = async (click: () => Promise<void>) => {
    const [download] = await Promise.all([page.waitForEvent('download'), click()])
    return readFileSync(await download.path(), 'utf8')
  }
  return { home, page, saved }
}

const record = (home: string, id: string) =>
  JSON.parse(readFileSync(join(home, 'runs', id, 'run.json'), 'utf8')) as RunRecord
const trainRecords = (home: string, id: string) =>
  readFileSync(join(home, 'runs', id, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as MetricsRecord)
    .filter(({ split }) => split === 'train')

describe.each([
  ['the window', openWindow],
  ['a browser', openBrowser],
])('in %s', (_name, open) => {
  it(
    'a dataset is picked, a recipe changed, samples looked at, runs started, stopped, resumed, compared and exported',
    { timeout: 400_000 },
    async () => {
      const { home, page, saved } = await open()
      await pickDataset(page, await makeTinyDataset(join(home, 'halves')))
      await changeRecipe(page, 12, 0.5)
      await measureTime(page)
      await lookAtSamples(page)
      const first = await start(page)
      await stopAndResume(page)
      await finish(page)
      await changeRecipe(page, 3, 0.25)
      const second = await start(page)
      await finish(page)
      expect([record(home, first), record(home, second)]).toMatchObject([
        { status: 'finished', step: 48 },
        { status: 'finished', step: 12 },
      ])

      const [, ...rows] = (await compareAndExport(page, saved)).trim().split('\n')
      const points = rows
        .map((row) => row.split(','))
        .filter(([, split]) => split === 'train')
        .map(([, , , step, , , , value]) => `${step} ${value}`)
      const written = [first, second].flatMap((id) =>
        trainRecords(home, id).map(({ step, values }) => `${step} ${values.loss}`),
      )
      expect(points.sort()).toEqual(written.sort())
    },
  )

  it('a trainer that is killed is told of within 2 seconds, and its run goes on from the last checkpoint', async () => {
    const { home, page } = await open()
    await pickDataset(page, await makeTinyDataset(join(home, 'halves')))
    await changeRecipe(page, 400, 0.5)
    const id = await start(page)
    await vi.waitFor(() => expect(record(home, id).step).toBeGreaterThan(0), PATIENCE)
    process.kill(record(home, id).trainer.pid, 'SIGKILL')
    // The one time that is promised to a person.
    await page
      .getByText(/^The trainer process was killed by SIGKILL/)
      .first()
      .waitFor({ timeout: 2000 })
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByRole('button', { name: 'Stop', exact: true }).waitFor({ timeout: PATIENCE.timeout })
    await reaches(page, 5)
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await page.getByRole('button', { name: 'Resume' }).waitFor({ timeout: PATIENCE.timeout })
  })
})

it('a browser whose connection is cut connects again and misses no point', async () => {
  const home = newHome()
  const line = await openLine()
  const page = await openPage(await serve(home), line)
  await pickDataset(page, await makeTinyDataset(join(home, 'halves')))
  await changeRecipe(page, 60, 0.5)
  const id = await start(page)
  line.cut()
  await page.getByText('Connection lost, trying again').waitFor()
  const before = await step(page)
  await vi.waitFor(() => expect(trainRecords(home, id).length).toBeGreaterThan(before + 20), PATIENCE)
  line.mend()
  await page.getByText('Connected', { exact: true }).waitFor({ timeout: PATIENCE.timeout })
  await finish(page)

  const chart = page.locator('figure').filter({ has: page.getByRole('heading', { name: 'Loss', exact: true }) })
  const exportSteps = async () => {
    await chart.locator('summary').click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      chart.getByRole('button', { name: 'CSV', exact: true }).click(),
    ])
    const rows = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n')
      .map((row) => row.split(','))
    return rows.filter(([, split]) => split === 'train').map(([, , , step]) => Number(step))
  }
  // That a run has ended may be known a moment before its last points are.
  await vi.waitFor(async () => expect(await exportSteps()).toHaveLength(240), PATIENCE)
  expect(await exportSteps()).toEqual(trainRecords(home, id).map(({ step }) => step))
})

it('the settings of a browser are kept: its colours there, the rest in the home', async () => {
  const { home, page } = await openBrowser()
  await page.emulateMedia({ colorScheme: 'light' })
  const goThere = () => page.getByRole('link', { name: 'Settings' }).click()
  await goThere()
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const light = await ground()
  await page.getByRole('button', { name: 'Dark', exact: true }).click()
  await vi.waitFor(async () => expect(await ground()).not.toBe(light), PATIENCE)
  await page.getByLabel('Threads of an operation', { exact: true }).fill('2')
  await page.keyboard.press('Tab')
  await vi.waitFor(
    () => expect(JSON.parse(readFileSync(join(home, 'settings.json'), 'utf8'))).toMatchObject({ threads: 2 }),
    PATIENCE,
  )
  await page.reload()
  await goThere()
  await vi.waitFor(
    async () => expect(await page.getByLabel('Threads of an operation', { exact: true }).inputValue()).toBe('2'),
    PATIENCE,
  )
  expect(await ground()).not.toBe(light)
})

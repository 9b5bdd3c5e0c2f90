import { encode } from 'fast-png'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { ElectronApplication, Page } from 'playwright-core'
import { parseRecipe } from '../shared/recipe/validate.ts'
import { callHost } from '../tests/e2e/call-host.ts'
import { startWindow } from '../tests/fixtures/electron.ts'
import { takeDelay, watchDelay, type Delay } from './window/main-delay.ts'
import { makeRun } from './window/runs-home.ts'

interface Options {
  readonly runs: number
  readonly images: number
  readonly points: number
  readonly app?: string
  readonly json?: boolean
}

const PATIENCE = { timeout: 600_000 }
const say = (text: string) => void process.stderr.write(`${text}\n`)

/** Measures how long the main process of the real window does not answer, through every flow. */
export async function benchMain({ runs, images, points, app, json }: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'anneal-bench-'))
  try {
    const home = join(folder, 'home')
    say(`Writing ${runs} runs, one of them of ${points} points, and ${images} images`)
    for (let index = 0; index < runs; index++) makeRun(home, index, 100, 'finished')
    const long = makeRun(home, runs, points, 'finished')
    makeImages(join(folder, 'many'), images)
    const delays = await measure({ home, many: join(folder, 'many'), long: long.id, app: app && resolve(app) })
    if (json) return console.log(JSON.stringify({ runs, images, points, ...delays }))
    for (const [flow, { p50, p99, longest, looks }] of Object.entries(delays))
      console.log(
        `${flow.padEnd(34)} p50 ${p50.toFixed(1).padStart(6)} ms, p99 ${p99.toFixed(1).padStart(7)} ms, longest ${longest.toFixed(0).padStart(5)} ms of ${looks}`,
      )
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  }
}

interface Place {
  readonly home: string
  /** The folder of the many images. */
  readonly many: string
  /** The run of many points. */
  readonly long: string
  /** Another checkout, built, in place of this one. */
  readonly app?: string | undefined
}

async function measure({ home, many, long, app: folder }: Place): Promise<Record<string, Delay>> {
  const started = await startWindow(home, {}, folder, watchDelay)
  const { app, page } = started
  const delays: Record<string, Delay> = {}
  const flow = async (name: string, work: () => Promise<unknown>) => {
    say(name)
    await work()
    delays[name] = await takeDelay(app)
  }
  try {
    // What tsx compiles names its functions with a helper, which the page does not have.
    await page.evaluate('globalThis.__name = (named) => named')
    await flow('start, and the table of runs', () => tableOfRuns(page))
    await flow('a run with many points', () => openRun(page, long))
    await flow('a dataset of many images', () => lookAtImages(page, many))
    await flow('previews while a run trains', () => previewWhileTraining(app, page))
    return delays
  } finally {
    await started.end()
  }
}

const show = (page: Page, path: string) => page.evaluate((path) => (location.hash = `#${path}`), path)

async function tableOfRuns(page: Page): Promise<void> {
  await show(page, '/runs')
  await page.getByRole('checkbox', { name: 'Choose all runs' }).waitFor(PATIENCE)
  // Figures and curves of what is in sight are read meanwhile.
  await setTimeout(10_000)
}

async function openRun(page: Page, id: string): Promise<void> {
  await show(page, `/runs/${id}`)
  await page.locator('figure canvas').first().waitFor(PATIENCE)
  // What Playwright is answered passes the main process: nothing large is asked.
  await setTimeout(10_000)
}

async function lookAtImages(page: Page, root: string): Promise<void> {
  await callHost(page, 'addDataset', root, 'many')
  await show(page, '/datasets/many')
  await page.locator('li img').first().waitFor(PATIENCE)
  for (const share of [0.2, 0.8, 0.5, 0.9, 0.1]) {
    await page
      .getByRole('region', { name: 'Images', exact: true })
      .evaluate((region, share) => (region.scrollTop = share * region.scrollHeight), share)
    await setTimeout(1000)
  }
  await callHost(page, 'checkDataset', 'many')
}

async function previewWhileTraining(app: ElectronApplication, page: Page): Promise<void> {
  const { id } = await callHost(
    page,
    'startRun',
    parseRecipe({
      model: { architecture: 'resnet8' },
      data: { dataset: 'fashion-mnist-mini', imageSize: 28, evaluationResize: 28, channels: 1, mean: [73], std: [90] },
      schedule: { epochs: 1000 },
      run: { logEvery: 1 },
    }),
  )
  const isTraining = async () =>
    (await callHost(page, 'listRuns')).some((run) => run.id === id && run.progress?.phase === 'training')
  while (!(await isTraining())) await setTimeout(200)
  // Of these alone.
  await takeDelay(app)
  await show(page, '/augmentation')
  await page.locator('.gallery canvas').first().waitFor(PATIENCE)
  const epoch = page.getByRole('textbox', { name: /^Epoch/ })
  for (let round = 1; round <= 20; round++) {
    await epoch.fill(String(round))
    await epoch.press('Tab')
    await setTimeout(500)
  }
}

/** Small images in two classes, each with pixels of its own. */
function makeImages(root: string, count: number): void {
  const side = 28
  for (let index = 0; index < count; index++) {
    const folder = join(root, 'train', index % 2 === 0 ? 'even' : 'odd')
    if (index < 2 && !existsSync(folder)) mkdirSync(folder, { recursive: true })
    const data = Uint8Array.from({ length: side * side }, (_, i) => (index * 31 + i * ((index % 97) + 1)) % 256)
    writeFileSync(join(folder, `${index}.png`), encode({ width: side, height: side, channels: 1, data }))
  }
}

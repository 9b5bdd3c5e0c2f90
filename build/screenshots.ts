import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { startWindow, type StartedWindow } from '../tests/fixtures/electron.ts'
import { screensOf, type ScreenRuns } from '../tests/fixtures/screens.ts'
import { makeFolder } from '../storage/files.ts'
import { root } from './node-bundle.ts'
import { say } from './progress.ts'

const pictures = join(root, 'docs/pictures')
const sizes = [
  [1440, 900],
  [1024, 700],
] as const
const themes = ['light', 'dark'] as const

/** Epochs, learning rate and seed of the runs that are there to be compared. */
const finished = [
  [4, 0.1, 1],
  [4, 0.1, 2],
  [4, 0.02, 1],
] as const

async function main(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'anneal-pictures-'))
  try {
    const ids = await trainAll(home)
    const started = await startWindow(home)
    try {
      const live = await queueMore(started.page)
      for (const [width, height] of sizes)
        for (const theme of themes)
          await photographAll(started, { width, height, theme }, { finished: ids.at(-1)!, live })
    } finally {
      await started.end()
    }
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 10 })
  }
}

/** Real short runs by the command line; their ids, the newest last. */
async function trainAll(home: string): Promise<string[]> {
  for (const [epochs, rate, seed] of finished) {
    say(`Training for ${epochs} epochs, learning rate ${rate}, seed ${seed}`)
    const settings = {
      'schedule.epochs': epochs,
      'schedule.learningRate': rate,
      'run.seed': seed,
      'run.name': `rate ${rate}, seed ${seed}`,
      'run.logEvery': 2,
      'run.checkpointEvery': 1,
    }
    await anneal(
      home,
      'train',
      '--preset',
      'demo',
      ...Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
      '--json',
    )
  }
  await anneal(home, 'evaluate', 'last', '--json')
  return readdirSync(join(home, 'runs')).sort()
}

const anneal = (home: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, [join(root, 'cli/anneal.mjs'), ...args], {
    env: { ...process.env, ANNEAL_HOME: home },
  })

/** Starts a run that trains while the pictures are taken, and two that wait. Returns the id of the first. */
async function queueMore(page: Page): Promise<string> {
  for (let run = 0; run < 3; run++) {
    await show(page, '/recipe', 'button.primary')
    await page
      .locator('[data-key="schedule.epochs"]')
      .getByRole('textbox')
      .fill(String(40 + run))
    await page.locator('[data-key="schedule.epochs"]').getByRole('textbox').press('Tab')
    await page.getByRole('button', { name: 'Start run' }).click()
    await page.waitForURL(/runs\/.+/)
  }
  await show(page, '/queue', 'ol li')
  const link = page.locator('.now a').first()
  await link.waitFor({ timeout: 60_000 })
  const id = (await link.getAttribute('href'))!.split('/').at(-1)!
  await show(page, `/runs/${id}`, 'figure canvas')
  // Until its curves have some length.
  while ((await stepOf(page)) < 150) await setTimeout(500)
  return decodeURIComponent(id)
}

const stepOf = async (page: Page) =>
  Number(
    /Step\s+([\d,]+)/.exec(await page.getByRole('region', { name: 'Progress' }).innerText())?.[1]?.replaceAll(',', ''),
  )

async function photographAll(
  { app, page }: StartedWindow,
  { width, height, theme }: { width: number; height: number; theme: (typeof themes)[number] },
  runs: ScreenRuns,
): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow, nativeTheme }, { width, height, theme }) => {
      nativeTheme.themeSource = theme
      BrowserWindow.getAllWindows()[0]!.setContentSize(width, height)
    },
    { width, height, theme },
  )
  for (const { name, path, drawn } of screensOf(runs)) {
    say(`${name}, ${width} x ${height}, ${theme}`)
    await show(page, path, drawn)
    // Pictures, thumbnails and curves come a moment after their places.
    await setTimeout(1500)
    await save(await page.screenshot(), `${name}-${width}-${theme}.png`)
  }
}

async function show(page: Page, path: string, drawn: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(`#${path}`)}`)
  await page.locator(drawn).first().waitFor({ timeout: 60_000 })
}

const save = (picture: Uint8Array, name: string) =>
  sharp(picture)
    .png({ palette: true, colours: 128, compressionLevel: 9, effort: 10 })
    .toFile(join(makeFolder(pictures), name))

await main()

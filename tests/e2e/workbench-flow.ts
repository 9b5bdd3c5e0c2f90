import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'

export const PATIENCE = { timeout: 90_000, interval: 50 }

/** An empty home, removed when the test has ended. */
export function newHome(): string {
  const home = join(temporaryFolder(), 'home')
  mkdirSync(join(home, 'runs'), { recursive: true })
  return home
}

/** A network that learns the tiny data set in no time: 4 steps an epoch. */
export const tinyRecipe = (dataset: string, epochs: number) =>
  parseRecipe({
    model: { architecture: 'resnet8' },
    data: {
      dataset,
      imageSize: 24,
      evaluationResize: 24,
      channels: 1,
      mean: [128],
      std: [64],
      batchSize: 12,
      evaluationBatchSize: 16,
    },
    schedule: { epochs, learningRate: 1 },
    run: { checkpointEvery: 1, evaluateEvery: 2, logEvery: 1 },
  })

export const go = (page: Page, place: string) => page.getByRole('link', { name: place, exact: true }).first().click()

/** Adds a data set by its folder and shows its images. */
export async function pickDataset(page: Page, root: string): Promise<void> {
  await go(page, 'Datasets')
  await page.getByLabel(/^Folder of images/).fill(root)
  await page.getByLabel(/^Folder of images/).press('Enter')
  await page.waitForURL(/datasets\/halves$/, { timeout: PATIENCE.timeout })
  await page.locator('img').first().waitFor({ timeout: PATIENCE.timeout })
}

/** Writes a recipe as JSON, and one of its keys in the form. */
export async function changeRecipe(page: Page, epochs: number, rate: number): Promise<void> {
  await go(page, 'Recipe')
  await page.getByRole('textbox', { name: 'The recipe as JSON' }).fill(JSON.stringify(tinyRecipe('halves', epochs)))
  const field = page.locator('[data-key="schedule.learningRate"]')
  await field.getByRole('textbox').fill(String(rate))
  await field.getByRole('textbox').press('Tab')
  expect(await field.getAttribute('class')).toContain('changed')
  expect(await page.getByRole('textbox', { name: 'The recipe as JSON' }).inputValue()).toContain(
    `"learningRate": ${rate}`,
  )
}

/** Looks at samples as training will see them: drawn, and others in another epoch. */
export async function lookAtSamples(page: Page): Promise<void> {
  await go(page, 'Augmentation')
  const first = page.locator('.gallery canvas').nth(1)
  await first.waitFor({ timeout: PATIENCE.timeout })
  const pixels = () => first.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())
  const before = await pixels()
  await page.getByRole('textbox', { name: /^Epoch/ }).fill('1')
  await page.getByRole('textbox', { name: /^Epoch/ }).press('Tab')
  await vi.waitFor(async () => expect(await pixels()).not.toBe(before), PATIENCE)
}

/** Has the time of the run measured. */
export async function measureTime(page: Page): Promise<void> {
  await go(page, 'Recipe')
  const plan = page.getByRole('region', { name: 'The run' })
  await plan.getByRole('button', { name: 'Measure the time' }).click()
  await plan.getByText(/^\d.* an epoch, \d.* in all$/).waitFor()
}

/** Starts what the recipe says. Returns the run's id once it trains. */
export async function start(page: Page): Promise<string> {
  await go(page, 'Recipe')
  await page.getByRole('button', { name: 'Start run' }).click()
  await page.getByRole('button', { name: 'Stop', exact: true }).waitFor({ timeout: PATIENCE.timeout })
  await reaches(page, 4)
  return page.url().split('/').at(-1)!
}

export const step = async (page: Page) =>
  Number(
    /^[\d,]+/
      .exec(await page.locator('[aria-label=Progress] div', { hasText: 'Step' }).locator('dd').innerText())?.[0]
      .replaceAll(',', '') ?? 0,
  )
export const reaches = (page: Page, least: number) =>
  vi.waitFor(async () => expect(await step(page)).toBeGreaterThanOrEqual(least), PATIENCE)

/** Stops the run in view, and resumes it from where it stopped. */
export async function stopAndResume(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await page.getByRole('button', { name: 'Resume' }).waitFor({ timeout: PATIENCE.timeout })
  const stopped = await step(page)
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByRole('button', { name: 'Stop', exact: true }).waitFor({ timeout: PATIENCE.timeout })
  await reaches(page, stopped + 1)
}

export async function finish(page: Page): Promise<void> {
  await page.getByText('finished', { exact: true }).first().waitFor({ timeout: PATIENCE.timeout })
}

/** Lays all runs over each other, and has the loss saved as CSV. Returns what was saved. */
export async function compareAndExport(
  page: Page,
  saved: (click: () => Promise<void>) => Promise<string>,
): Promise<string> {
  await go(page, 'Runs')
  await page.getByRole('checkbox', { name: 'Choose all runs' }).check()
  await page.getByRole('button', { name: /^Compare/ }).click()
  await page.getByRole('group', { name: /^Loss: [34] curves/ }).waitFor()
  const chart = page.locator('figure').filter({ has: page.getByRole('heading', { name: 'Loss', exact: true }) })
  return saved(async () => {
    await chart.locator('summary').click()
    await chart.getByRole('button', { name: 'CSV', exact: true }).click()
  })
}

import type { Page } from 'playwright-core'
import { startWindow } from '../../tests/fixtures/electron.ts'

/** Milliseconds from the start of the program until the page has answered a click. */
export async function measureStart(home: string): Promise<number> {
  const start = Date.now()
  const started = await startWindow(home)
  try {
    await answerClick(started.page)
    return Date.now() - start
  } finally {
    await started.end()
  }
}

async function answerClick(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Queue', exact: true }).click()
  await page.getByRole('heading', { name: 'Queue', level: 1 }).waitFor()
}

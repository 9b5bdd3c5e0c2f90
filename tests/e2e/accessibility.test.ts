import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeRun } from '../../bench/window/runs-home.ts'
import { Home } from '../../host/machine/home.ts'
import { takeLock } from '../../storage/lock-file.ts'
import { QueueFile } from '../../host/training/queue/queue-file.ts'
import { Workbench } from '../../host/workbench.ts'
import { findings } from '../fixtures/axe.ts'
import { buildWindow } from '../fixtures/electron.ts'
import { screensOf } from '../fixtures/screens.ts'
import { openChromium, serve } from '../fixtures/serve.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { go, tinyRecipe } from './workbench-flow.ts'

let browser: Awaited<ReturnType<typeof openChromium>>
beforeAll(async () => {
  await buildWindow()
  browser = await openChromium()
})
afterAll(() => browser.close())

it('every view, light and dark, has nothing serious that axe finds', async () => {
  const home = temporaryFolder()
  const run = makeRun(home, 1, 200, 'finished')
  makeRun(home, 2, 200, 'stopped')
  const live = makeRun(home, 3, 100, 'running')
  const workbench = new Workbench(new Home(home))
  const prepare = (epochs: number) => workbench.prepare(tinyRecipe('fashion-mnist-mini', epochs))
  const waiting = [await prepare(4), await prepare(5)]
  const page = await openServed(home, waiting)
  expect(await withNamelessButton(page)).toEqual([expect.stringContaining('button-name')])
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    for (const { path, drawn } of screensOf({ finished: run.id, live: live.id })) {
      await page.evaluate((path) => void (location.hash = path), `#${path}`)
      await page.locator(drawn).first().waitFor({ timeout: 60_000 })
      found.push(...(await findings(page, `${path}, ${colorScheme}`)))
    }
  }
  expect(found).toEqual([])
})

/** That the findings are those of this page: what is found once something is wrong with it. */
async function withNamelessButton(page: Page): Promise<string[]> {
  await page.locator('tbody tr').first().waitFor()
  await page.evaluate(() => document.querySelector('main')!.append(document.createElement('button')))
  const found = await findings(page, 'spoilt')
  await page.evaluate(() => document.querySelector('main > button')!.remove())
  return found
}

/** A page on a home whose device is taken by this process, so that what waits goes on waiting. */
async function openServed(home: string, waiting: readonly string[]): Promise<Page> {
  takeLock(join(home, 'queue.owner'))
  await new QueueFile(new Home(home)).update(() => waiting.map((id) => ({ id, state: 'waiting' as const })))
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  await page.goto(await serve(home))
  return page
}

it('the help of every recipe key is read by the keyboard, stays in the window and goes with Escape', async () => {
  const page = await browser.newPage({ viewport: { width: 900, height: 600 } })
  const home = temporaryFolder()
  // A home without this folder is new, and gets a first run.
  mkdirSync(join(home, 'runs'))
  await page.goto(await serve(home))
  await go(page, 'Recipe')
  await page.locator('[data-key="optimizer.momentum"]').waitFor()
  await page.keyboard.press('Tab')
  const open = page.locator('[role=tooltip]:popover-open')
  for (const button of await page.getByRole('button', { name: /^About / }).all()) {
    await button.scrollIntoViewIfNeeded()
    await button.focus()
    await open.waitFor()
    expect(await open.getAttribute('id')).toBe(await button.getAttribute('aria-describedby'))
    const { left, top, right, bottom } = await open.evaluate((tip) => tip.getBoundingClientRect().toJSON() as DOMRect)
    expect(Math.min(left, top, 900 - right, 600 - bottom)).toBeGreaterThanOrEqual(0)
  }
  await page.keyboard.press('Escape')
  expect(await open.count()).toBe(0)
})

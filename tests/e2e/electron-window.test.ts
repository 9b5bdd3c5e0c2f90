import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { views } from '../../shared/contract/views.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import type { RunRecord } from '../../shared/run-folder/record.ts'
import { startBare, startWindow, type StartedWindow } from '../fixtures/electron.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'
import { callHost } from './call-host.ts'

let home: string
let started: StartedWindow
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'anneal-window-'))
  started = await startWindow(home)
})
afterEach(async () => {
  await started.end()
  rmSync(home, { recursive: true, maxRetries: 10 })
})

const PATIENCE = { timeout: 60_000, interval: 50 }

/** Does something to the window, in the main process. */
async function inMain<R>({ app, page }: StartedWindow, work: (window: Electron.BrowserWindow) => R): Promise<R> {
  return (await app.browserWindow(page)).evaluate(work)
}

/** Chooses an item of the native menu, by its labels. */
const choose = (app: ElectronApplication, ...labels: string[]) =>
  app.evaluate(({ Menu }, labels) => {
    let items = Menu.getApplicationMenu()!.items
    for (const label of labels) {
      const item = items.find((candidate) => candidate.label.replace('&', '') === label)!
      if (item.submenu) items = item.submenu.items
      else (item as unknown as { click(): void }).click()
    }
  }, labels)

/** Closes the window as a person does, and waits until the program has ended. */
async function close(started: StartedWindow): Promise<void> {
  const exited = once(started.program, 'exit')
  await inMain(started, (window) => window.close()).catch(() => undefined)
  await exited
}

it('is where it was left, in the colours that were chosen', async () => {
  const bounds = { x: 60, y: 40, width: 900, height: 700 }
  await started.app.evaluate(({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]!.setBounds(bounds), bounds)
  await choose(started.app, 'View', 'Appearance', 'Dark')
  await vi.waitFor(
    async () =>
      expect(await started.page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true),
    PATIENCE,
  )
  await close(started)

  started = await startWindow(home)
  expect(await inMain(started, (window) => window.getBounds())).toEqual(bounds)
  expect(await started.page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true)
})

it('takes its colours from the settings too, and the menu says so', async () => {
  await started.page.getByRole('link', { name: 'Settings' }).click()
  await started.page.getByRole('button', { name: 'Dark', exact: true }).click()
  await vi.waitFor(
    async () =>
      expect(await started.page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true),
    PATIENCE,
  )
  const chosen = await started.app.evaluate(
    ({ Menu }) => Menu.getApplicationMenu()!.getMenuItemById('theme-dark')!.checked,
  )
  expect(chosen).toBe(true)
})

it('looks for updates once a feed is named and that is switched on, and tells what it found', async () => {
  const asked: string[] = []
  const feed = createServer((request, response) => {
    asked.push(request.url!)
    const entry = { kind: 'tar.gz', file: 'anneal.tar.gz', bytes: 3_000_000, sha256: '0'.repeat(64) }
    response.end(JSON.stringify({ version: '99.0.0', packages: [entry] }))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void feed.close())
  await once(feed, 'listening')
  await started.page.getByRole('link', { name: 'Settings' }).click()
  const status = started.page.locator('[aria-labelledby=updates] [role=status]')
  await vi.waitFor(async () => expect(await status.innerText()).toBe('Nobody is asked for updates.'), PATIENCE)
  await started.page.getByLabel('Feed').fill(`http://127.0.0.1:${(feed.address() as AddressInfo).port}/releases`)
  await started.page.getByLabel('Feed').press('Tab')
  await vi.waitFor(() => expect(readFileSync(join(home, 'settings.json'), 'utf8')).toContain('/releases'), PATIENCE)
  expect(asked).toEqual([])
  await started.page.getByLabel('Look for newer versions once a day').click()
  await vi.waitFor(async () => expect(await status.innerText()).toContain('99.0.0'), PATIENCE)
  expect(asked).toEqual([`/releases/latest-linux-${process.arch}.json`])
})

it('is opened once a home: a second start brings the first to the front', async () => {
  await inMain(started, (window) => window.hide())
  const second = await startBare(home)
  expect(await once(second, 'exit')).toEqual([0, null])
  await vi.waitFor(async () => expect(await inMain(started, (window) => window.isVisible())).toBe(true), PATIENCE)
})

describe('the menu', () => {
  it('leads to every view of the page', async () => {
    for (const { name } of views) {
      await choose(started.app, 'Go', name)
      await vi.waitFor(
        async () => expect(await started.page.locator('h1').first().textContent()).toContain(name),
        PATIENCE,
      )
    }
  })

  it('knows the datasets', async () => {
    await vi.waitFor(() => choose(started.app, 'File', 'Recent Datasets', 'fashion-mnist-mini'), PATIENCE)
    await vi.waitFor(() => expect(started.page.url()).toMatch(/datasets\/fashion-mnist-mini$/), PATIENCE)
  })
})

describe('closing while a run trains', () => {
  /** What a person answers; the question itself cannot be clicked here. */
  const answer = (choice: string) =>
    started.app.evaluate(({ dialog }, choice) => {
      dialog.showMessageBox = ((_window: unknown, { buttons }: Electron.MessageBoxOptions) => {
        Object.assign(globalThis, { asked: true })
        return Promise.resolve({ response: buttons!.indexOf(choice), checkboxChecked: false })
      }) as typeof dialog.showMessageBox
    }, choice)
  const asked = () => started.app.evaluate(() => 'asked' in globalThis)
  const record = (id: string) => JSON.parse(readFileSync(join(home, 'runs', id, 'run.json'), 'utf8')) as RunRecord

  async function startRun(epochs: number): Promise<string> {
    await callHost(started.page, 'addDataset', await makeTinyDataset(join(home, 'halves')), 'halves')
    const data = {
      dataset: 'halves',
      imageSize: 24,
      evaluationResize: 24,
      channels: 1 as const,
      mean: [128],
      std: [64],
      batchSize: 12,
      evaluationBatchSize: 16,
    }
    const { id } = await callHost(
      started.page,
      'startRun',
      parseRecipe({ model: { architecture: 'resnet8' }, data, schedule: { epochs } }),
    )
    await vi.waitFor(() => expect(record(id).status).toBe('running'), PATIENCE)
    return id
  }

  it('is asked about, and can be thought better of', async () => {
    await startRun(500)
    await answer('Cancel')
    await inMain(started, (window) => window.close())
    await vi.waitFor(async () => expect(await asked()).toBe(true), PATIENCE)
    expect(await inMain(started, (window) => window.isVisible())).toBe(true)
  })

  it('stops the run with a checkpoint', async () => {
    const id = await startRun(500)
    await answer('Stop with a checkpoint')
    await close(started)
    expect(record(id).status).toBe('stopped')
  })

  it('goes on in the background, and ends with the last run', async () => {
    const id = await startRun(60)
    await answer('Keep training in the background')
    const exited = once(started.program, 'exit')
    await inMain(started, (window) => window.close())
    await vi.waitFor(async () => expect(await inMain(started, (window) => window.isVisible())).toBe(false), PATIENCE)
    expect(await exited).toEqual([0, null])
    expect(record(id).status).toBe('finished')
  })

  it('is not asked about when the system ends the session', async () => {
    const id = await startRun(500)
    const exited = once(started.program, 'exit')
    started.program.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
    expect(record(id).status).toBe('stopped')
  })
})

import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright-core'
import { expect, it, onTestFinished, vi } from 'vitest'
import { evaluateLater, startWindow } from '../fixtures/electron.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'
import { callHost } from './call-host.ts'
import { PATIENCE, go, tinyRecipe } from './workbench-flow.ts'

/** What the system would be told, noted in its place: there is no desktop here. */
const noteWhatIsTold = (app: ElectronApplication) =>
  evaluateLater(
    app,
    ({ BrowserWindow, Notification }) => {
      const notified: string[] = []
      const progress: number[] = []
      Object.assign(globalThis, { notified, progress })
      const window = BrowserWindow.getAllWindows()[0]!
      window.isFocused = () => false
      window.setProgressBar = (share) => void progress.push(share)
      Notification.isSupported = () => true
      Notification.prototype.show = function () {
        notified.push(`${this.title}: ${this.body}`)
      }
    },
    null,
  )

const told = (app: ElectronApplication) =>
  app
    .evaluate(() => ({ ...(globalThis as unknown as { notified: string[]; progress: number[] }) }))
    .then(({ notified, progress }) => ({ notified, progress }))

/** As the system does it with files from a file manager. */
async function drop(page: Page, file: string): Promise<void> {
  const line = await page.context().newCDPSession(page)
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await line.send('Input.dispatchDragEvent', {
      type,
      x: 300,
      y: 300,
      data: { items: [], files: [file], dragOperationsMask: 1 },
    })
}

const recentItems = (app: ElectronApplication) =>
  app.evaluate(({ Menu }) => {
    const items = Menu.getApplicationMenu()!.items[0]!.submenu!.items
    return Object.fromEntries(
      items.flatMap(({ label, submenu }) => (submenu ? [[label, submenu.items.map((item) => item.label)]] : [])),
    )
  })

it('a dropped folder becomes a dataset; a run shows in the taskbar and is told of at its end; both are recent', async () => {
  const home = join(temporaryFolder(), 'home')
  const started = await startWindow(home)
  onTestFinished(() => started.end())
  const { app, page } = started
  await noteWhatIsTold(app)
  await go(page, 'Datasets')
  await drop(page, await makeTinyDataset(join(home, 'halves')))
  await page.waitForURL(/datasets\/halves$/, { timeout: PATIENCE.timeout })
  const { id } = await callHost(page, 'startRun', tinyRecipe('halves', 20))
  await vi.waitFor(async () => expect((await told(app)).notified).toEqual([`A run is finished: ${id}`]), PATIENCE)
  await vi.waitFor(async () => expect((await told(app)).progress.at(-1)).toBe(-1), PATIENCE)
  const shares = (await told(app)).progress.slice(0, -1)
  expect(shares.length).toBeGreaterThan(2)
  expect(shares).toEqual(shares.toSorted((a, b) => a - b))
  await vi.waitFor(
    async () =>
      expect(await recentItems(app)).toMatchObject({
        'Recent Runs': [id],
        'Recent Datasets': expect.arrayContaining(['halves']) as string[],
      }),
    PATIENCE,
  )
})

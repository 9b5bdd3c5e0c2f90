import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import type { RunRecord } from '../../shared/run-folder/record.ts'
import { buildWindow, startWindow } from '../fixtures/electron.ts'
import { openPage, serve } from '../fixtures/serve.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'
import { changeRecipe, finish, newHome, PATIENCE, pickDataset, start } from './workbench-flow.ts'

beforeAll(() => buildWindow())

interface Surface {
  readonly home: string
  readonly page: Page
}

async function openWindow(): Promise<Surface> {
  const home = newHome()
  const started = await startWindow(home)
  onTestFinished(() => started.end())
  return { home, page: started.page }
}

async function openBrowser(): Promise<Surface> {
  const home = newHome()
  return { home, page: await openPage(await serve(home)) }
}

const record = (home: string, id: string) =>
  JSON.parse(readFileSync(join(home, 'runs', id, 'run.json'), 'utf8')) as RunRecord

it.each([
  ['the window', openWindow],
  ['a browser', openBrowser],
])('in %s a finished run is trained further, and says before what its learning rate does', async (_name, open) => {
  const { home, page } = await open()
  await pickDataset(page, await makeTinyDataset(join(home, 'halves')))
  // 4 steps an epoch.
  await changeRecipe(page, 4, 0.25)
  const id = await start(page)
  await finish(page)

  await page.getByRole('button', { name: 'Train further' }).click()
  const dialog = page.getByRole('dialog', { name: 'Train the run further?' })
  const confirm = dialog.getByRole('button', { name: 'Train further' })
  await dialog.getByText(/^The run is 24 steps long from now on, where it was 16: .* after step 16 it jumps/).waitFor()
  const field = dialog.getByRole('spinbutton', { name: 'Epochs in all' })
  await field.fill('4')
  await dialog.getByText('Its recipe has 4 epochs: name more.').waitFor()
  expect(await confirm.isDisabled()).toBe(true)
  await field.fill('10')
  await dialog.getByText(/^The run is 40 steps long from now on, where it was 16: .* after step 16 it jumps/).waitFor()
  await confirm.click()
  await dialog.waitFor({ state: 'detached' })
  await expect.poll(() => record(home, id), PATIENCE).toMatchObject({ status: 'finished', step: 40, extendedAt: 16 })
  await finish(page)
  await page.getByRole('button', { name: 'Train further' }).waitFor()
  await page.getByText(/^The run is 40 steps long from now on/).waitFor()
})

import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { buildWindow } from '../fixtures/electron.ts'
import { openProxy } from '../fixtures/proxy.ts'
import { runCli } from '../fixtures/run-cli.ts'
import { openLine, openPage, serve } from '../fixtures/serve.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'
import { go, PATIENCE } from './workbench-flow.ts'

beforeAll(() => buildWindow())

const tinyRun = [
  ...['model.architecture=resnet8', 'data.imageSize=24', 'data.evaluationResize=24', 'data.channels=1'],
  ...['data.mean=[128]', 'data.std=[64]', 'data.batchSize=12', 'data.evaluationBatchSize=16', 'schedule.epochs=1'],
].flatMap((setting) => ['--set', setting])

it.each([
  ['keeps', ['--base-path', '/anneal']],
  ['takes away', []],
])('a browser opens it by the name and path of a proxy that %s the path', async (does, options) => {
  const home = join(temporaryFolder(), 'home')
  const root = await makeTinyDataset(join(home, 'halves'))
  await runCli(home, 'datasets', 'add', 'halves', root)
  const trained = await runCli(home, 'train', '--dataset', 'halves', ...tinyRun, '--json')
  expect(trained).toMatchObject({ status: 0 })
  const { run: id } = JSON.parse(trained.stdout) as { run: string }

  const { port, search } = new URL(await serve(home, '--allow-host', 'lab.example', ...options))
  const proxy = await openProxy({ to: Number(port), prefix: '/anneal', strip: does === 'takes away' })
  const origin = `http://lab.example:${proxy}`
  // Every name leads to this machine on such a line.
  const page = await openPage(`${origin}/anneal/${search}`, await openLine())
  const failed: string[] = []
  page.on('response', (response) => void (response.status() >= 400 && failed.push(response.url())))
  page.on('websocket', (socket) => void failed.push(...(socket.url().includes('/anneal/') ? [] : [socket.url()])))
  await page.getByText('Connected', { exact: true }).waitFor({ timeout: PATIENCE.timeout })
  expect(page.url()).toMatch(new RegExp(`^${origin}/anneal/(#|$)`))

  await go(page, 'Runs')
  const run = page.getByRole('main').locator(`a[title="${id}"]`)
  await run.click({ timeout: PATIENCE.timeout })
  await page.waitForURL(new RegExp(`#/runs/${id}$`), PATIENCE)
  await page.getByText('Finished', { exact: true }).first().waitFor({ timeout: PATIENCE.timeout })
  // Pixels come by a line of their own.
  await go(page, 'Datasets')
  await page.getByRole('link', { name: 'halves' }).first().click()
  await page.locator('img').first().waitFor({ timeout: PATIENCE.timeout })
  expect(failed).toEqual([])
})

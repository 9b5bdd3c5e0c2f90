import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startWindow, type StartedWindow } from '../fixtures/electron.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'
import { callHost } from './call-host.ts'
import { PATIENCE, go, tinyRecipe } from './workbench-flow.ts'

let folder: string
let started: StartedWindow

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-host-'))
  started = await startWindow(join(folder, 'home'))
})
afterAll(async () => {
  await started.end()
  rmSync(folder, { recursive: true, maxRetries: 10 })
})

const utilities = (name: string) =>
  started.app.evaluate(
    ({ app }, name) =>
      app
        .getAppMetrics()
        .filter((metric) => metric.name === name)
        .map(({ pid }) => pid),
    name,
  )

const findRun = async (id: string) => (await callHost(started.page, 'listRuns')).find((run) => run.id === id)

it('a host that dies is started again, the page is told, and its run can be resumed', async () => {
  const { page } = started
  await callHost(page, 'addDataset', await makeTinyDataset(join(folder, 'halves')), 'halves')
  const { id } = await callHost(page, 'startRun', tinyRecipe('halves', 100_000))
  await vi.waitFor(async () => expect((await findRun(id))?.record?.step).toBeGreaterThan(0), PATIENCE)
  const { pid } = (await findRun(id))!.record!.trainer
  // One that dies sooner is not started again.
  await setTimeout(10_000)
  const [host] = await utilities('Anneal host')
  process.kill(host!, 'SIGKILL')

  await vi.waitFor(async () => {
    const hosts = await utilities('Anneal host')
    expect(hosts).toHaveLength(1)
    expect(hosts).not.toContain(host)
  }, PATIENCE)
  expect(await callHost(page, 'listProblems')).toEqual([
    'The process that looks after runs and datasets ended by itself with status 9 and was started again. A run that was at work saves a checkpoint and stops: resume it.',
  ])
  await vi.waitFor(async () => expect(await utilities('Anneal trainer')).not.toContain(pid), PATIENCE)
  await vi.waitFor(async () => expect(await findRun(id)).toMatchObject({ status: 'stopped' }), PATIENCE)
  await go(page, 'Runs')
  await page.getByText('was started again').waitFor({ timeout: PATIENCE.timeout })

  const { step } = (await findRun(id))!.record!
  await callHost(page, 'resumeRun', id)
  await vi.waitFor(async () => expect((await findRun(id))?.progress).toMatchObject({ phase: 'training' }), PATIENCE)
  await callHost(page, 'stopRun', id)
  await vi.waitFor(async () => expect(await findRun(id)).toMatchObject({ status: 'stopped' }), PATIENCE)
  expect((await findRun(id))!.record!.step).toBeGreaterThan(step)
})

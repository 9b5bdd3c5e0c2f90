import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { parseRecipe } from '../shared/recipe/validate.ts'
import { temporaryFolder } from '../tests/fixtures/temporary-folder.ts'
import { Home } from './machine/home.ts'
import { NodeStarter } from './training/trainer/node-starter.ts'
import type { TrainerProcess } from './training/trainer/trainer-process.ts'
import { WorkbenchHost } from './workbench-host.ts'
import { Workbench } from './workbench.ts'

const tinyTrainer = join(import.meta.dirname, '../tests/fixtures/tiny-trainer.ts')

it.runIf(process.platform !== 'win32')('shows that a trainer is silent, and ends it at once when asked', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'pictures'))
  const workbench = new Workbench(new Home(join(folder, 'home')), new NodeStarter(tinyTrainer, 3000))
  await workbench.datasets.add('pictures', join(folder, 'pictures'))
  const host = new WorkbenchHost(workbench, { version: '0', surface: 'browser' })
  onTestFinished(() => {
    host.kill()
    return host.close()
  })
  const ended: unknown[] = []
  host.listen((name, ...args) => name === 'runEnded' && ended.push(args))
  const { calls } = host
  const { id } = await calls.startRun(parseRecipe({ data: { dataset: 'pictures' }, schedule: { epochs: 100_000 } }))
  const run = async () => (await calls.listRuns())[0]!
  const wait = { timeout: 60_000 }
  await expect.poll(async () => (await run()).record?.trainer.pid, wait).toBeDefined()
  const { pid } = (await run()).record!.trainer
  process.kill(pid, 'SIGSTOP')
  await expect.poll(async () => (await run()).silentSince, wait).toBeGreaterThan(Date.now() / 1000 - 60)
  process.kill(pid, 'SIGCONT')
  await expect.poll(async () => (await run()).silentSince, wait).toBeUndefined()
  expect(await run()).toMatchObject({ status: 'running' })
  process.kill(pid, 'SIGSTOP')
  await expect.poll(async () => (await run()).silentSince, wait).toBeDefined()
  await calls.killRun(id)
  await expect.poll(() => ended).toEqual([[id, 'interrupted', 'The trainer was ended at once, without saving.']])
  expect(await run()).toMatchObject({
    status: 'interrupted',
    problem: 'The trainer was ended at once, without saving.',
  })
  await expect(calls.killRun(id)).rejects.toThrow(/is not at work in this Anneal/)
})

it.runIf(process.platform !== 'win32')('ends a silent trainer that has nothing to save, and says so', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'hang'))
  const starter = new NodeStarter(tinyTrainer, 3000)
  const started: TrainerProcess[] = []
  const workbench = new Workbench(new Home(join(folder, 'home')), {
    start(options) {
      started.push(starter.start(options))
      return started.at(-1)!
    },
  })
  await workbench.datasets.add('hang', join(folder, 'hang'))
  const host = new WorkbenchHost(workbench, { version: '0', surface: 'browser' })
  onTestFinished(() => host.close())
  const progress: unknown[] = []
  host.listen((name, ...args) => name === 'datasetProgress' && progress.push(args))
  const check = expect(host.calls.checkDataset('hang')).rejects.toThrow(
    /The trainer did not answer for too long and was ended; ask again/,
  )
  await expect.poll(() => progress, { timeout: 60_000 }).toEqual([['hang', 1, 2]])
  process.kill(started[0]!.pid!, 'SIGSTOP')
  await check
  await started[0]!.exited
})

it('says on the page why a new home has no demo run', async () => {
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  onTestFinished(() => complaints.mockRestore())
  const home = join(temporaryFolder(), 'home')
  // Nothing can be put in this queue.
  mkdirSync(join(home, 'queue.json'), { recursive: true })
  const workbench = new Workbench(new Home(home), new NodeStarter(tinyTrainer))
  const host = WorkbenchHost.open(workbench, { version: '0', surface: 'browser' })
  onTestFinished(() => host.close())
  await vi.waitFor(async () =>
    expect((await host.calls.listProblems()).join(' ')).toMatch(
      /The demo run could not be started: .*queue\.json cannot be used: a folder stands where a file is needed/,
    ),
  )
})

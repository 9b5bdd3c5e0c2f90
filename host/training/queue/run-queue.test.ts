import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { parseRecipe } from '../../../shared/recipe/validate.ts'
import { temporaryFolder } from '../../../tests/fixtures/temporary-folder.ts'
import { Home } from '../../machine/home.ts'
import { NodeStarter } from '../trainer/node-starter.ts'
import { Workbench } from '../../workbench.ts'
import { shownRuns } from '../../page/shown-runs.ts'
import { RunQueue } from './run-queue.ts'

const starter = new NodeStarter(join(import.meta.dirname, '../../../tests/fixtures/tiny-trainer.ts'))

it('outlives a home whose files can no longer be written when a run ends', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'pictures'))
  const home = join(folder, 'home')
  const workbench = new Workbench(new Home(home), starter)
  await workbench.datasets.add('pictures', join(folder, 'pictures'))
  const steps: number[] = []
  const queue = new RunQueue(workbench, {
    onChange: () => undefined,
    onStarted: () => undefined,
    onProgress: (_, progress) => void (progress.phase === 'checkpoint' && steps.push(progress.step)),
    onSilence: () => undefined,
    onEnded: () => undefined,
  })
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  onTestFinished(() => complaints.mockRestore())
  queue.open()
  await queue.add(
    await workbench.prepare(parseRecipe({ data: { dataset: 'pictures' }, schedule: { epochs: 100_000 } })),
  )
  await vi.waitFor(() => expect(steps.length).toBeGreaterThan(0), { timeout: 30_000 })
  // A file in place of the home: nothing can be written there, whoever asks.
  rmSync(home, { recursive: true })
  writeFileSync(home, '')
  queue.kill()
  await queue.close()
  expect(complaints.mock.calls.flat().join(' ')).toMatch(/The queue cannot go on:.*home/)
})

it('says why it cannot go on, once, and no more when it can', async () => {
  const home = temporaryFolder()
  const owner = join(home, 'queue.owner')
  mkdirSync(owner)
  let changes = 0
  const queue = new RunQueue(new Workbench(new Home(home), starter), {
    onChange: () => void (changes += 1),
    onStarted: () => undefined,
    onProgress: () => undefined,
    onSilence: () => undefined,
    onEnded: () => undefined,
  })
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  onTestFinished(async () => {
    complaints.mockRestore()
    await queue.close()
  })
  await queue.look()
  await queue.look()
  expect(queue.problem).toMatch(/^The queue cannot go on: .*queue\.owner/)
  expect(complaints.mock.calls).toEqual([[queue.problem]])
  expect(changes).toBe(1)
  rmSync(owner, { recursive: true })
  await queue.look()
  expect(queue.problem).toBeUndefined()
  expect(changes).toBe(2)
})

it('waits for an owner on another machine, says until when, and takes over', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'pictures'))
  const workbench = new Workbench(new Home(join(folder, 'home')), starter)
  await workbench.datasets.add('pictures', join(folder, 'pictures'))
  const owner = join(workbench.home.root, 'queue.owner')
  writeFileSync(owner, JSON.stringify({ pid: 12, host: 'elsewhere', at: 1e9 }))
  const ended: string[] = []
  const queue = new RunQueue(workbench, {
    onChange: () => undefined,
    onStarted: () => undefined,
    onProgress: () => undefined,
    onSilence: () => undefined,
    onEnded: (_, status) => void ended.push(status),
  })
  onTestFinished(() => queue.close())
  queue.open()
  await queue.add(await workbench.prepare(parseRecipe({ data: { dataset: 'pictures' }, schedule: { epochs: 1 } })))
  await queue.look()
  expect(queue.problem).toMatch(
    /^What waits in the queue is started by process 12 on elsewhere; if nothing more is heard of it, this Anneal starts it from [\d:]+ GMT\S+ on\.$/,
  )
  expect(queue.entries()).toMatchObject([{ state: 'waiting' }])
  utimesSync(owner, 1e9, 1e9)
  await vi.waitFor(() => expect(ended).toEqual(['finished']), { timeout: 30_000 })
  expect(queue.problem).toBeUndefined()
})

/** A home with a run of the tiny trainer that has done its epochs, and what opens its queue. */
async function withFinishedRun(epochs: number) {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'pictures'))
  const workbench = new Workbench(new Home(join(folder, 'home')), starter)
  await workbench.datasets.add('pictures', join(folder, 'pictures'))
  const recipe = parseRecipe({ data: { dataset: 'pictures' }, schedule: { epochs } })
  const { id, outcome } = await workbench.train(recipe, () => undefined)
  await outcome
  const open = () => {
    const ended: [status: string, message: string][] = []
    const queue = new RunQueue(workbench, {
      onChange: () => undefined,
      onStarted: () => undefined,
      onProgress: () => undefined,
      onSilence: () => undefined,
      onEnded: (_, status, message) => void ended.push([status, message]),
    })
    onTestFinished(() => queue.close())
    queue.open()
    return { queue, ended }
  }
  return { workbench, id, open, pictures: join(folder, 'pictures'), queueFile: join(folder, 'home', 'queue.json') }
}

it.each(['waiting', 'working'])('a run that was %s to train further does so after a restart', async (state) => {
  const { workbench, id, open, queueFile } = await withFinishedRun(2)
  writeFileSync(queueFile, JSON.stringify({ format: 1, entries: [{ id, state, length: { unit: 'epoch', count: 5 } }] }))
  const { queue, ended } = open()
  await vi.waitFor(() => expect(ended).toEqual([['finished', '']]), { timeout: 30_000 })
  expect(workbench.runs.find(id)).toMatchObject({ status: 'finished', record: { step: 5 } })
  expect(workbench.recipeOf(workbench.runs.find(id)).schedule.epochs).toBe(5)
  expect(queue.entries()).toEqual([])
})

it('a run that was training further when its host died is not queued again', async () => {
  const { id, open, queueFile } = await withFinishedRun(5)
  const entries = [{ id, state: 'working', length: { unit: 'epoch', count: 5 } }]
  writeFileSync(queueFile, JSON.stringify({ format: 1, entries }))
  const { queue, ended } = open()
  await vi.waitFor(() => expect(queue.entries()).toEqual([]))
  expect(ended).toEqual([])
})

it('a run that is refused when it is to train further says why, until it is started again', async () => {
  const { workbench, id, open, pictures } = await withFinishedRun(2)
  const { queue, ended } = open()
  rmSync(pictures, { recursive: true })
  await queue.add(id, { unit: 'epoch', count: 3 })
  await vi.waitFor(() => expect(ended).toHaveLength(1), { timeout: 30_000 })
  const shown = () => shownRuns({ store: workbench.runs, queue: queue.entries(), live: new Map() })
  expect(shown()).toMatchObject([
    { id, status: 'finished', problem: expect.stringContaining('no longer in') as string },
  ])
  mkdirSync(pictures)
  await queue.add(id, { unit: 'epoch', count: 3 })
  await vi.waitFor(() => expect(ended).toHaveLength(2), { timeout: 30_000 })
  expect(ended[1]).toEqual(['finished', ''])
  expect(shown()[0]).not.toHaveProperty('problem')
})

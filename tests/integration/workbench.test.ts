import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { Home } from '../../host/machine/home.ts'
import { Workbench } from '../../host/workbench.ts'
import { WorkbenchHost } from '../../host/workbench-host.ts'
import type { ShownRun } from '../../shared/contract/workbench.ts'
import { RunError } from '../../shared/errors.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { asOrdinaryUser, hasOrdinaryUser } from '../fixtures/ordinary-user.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'

const WAIT = { timeout: 60_000, interval: 20 }
let root: string
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-'))
  root = await makeTinyDataset(join(folder, 'halves'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** 48 images in batches of 9: 5 steps an epoch. */
const recipe = (epochs: number, settings: { name?: string; dataset?: string } = {}) =>
  parseRecipe({
    model: { architecture: 'resnet8' },
    data: {
      dataset: settings.dataset ?? 'halves',
      imageSize: 24,
      evaluationResize: 24,
      channels: 1,
      mean: [128],
      std: [64],
      batchSize: 9,
      evaluationBatchSize: 16,
    },
    schedule: { epochs, learningRate: 1 },
    run: { seed: 3, name: settings.name ?? '', checkpointEvery: 100_000, evaluateEvery: 100_000, logEvery: 1 },
  })

async function openHost(home: string) {
  const workbench = new Workbench(new Home(home))
  if (!workbench.datasets.list().some(({ name }) => name === 'halves')) await workbench.datasets.add('halves', root)
  const host = new WorkbenchHost(workbench, { version: '0', surface: 'browser' })
  onTestFinished(async () => {
    host.kill()
    await host.close()
  })
  const ended: unknown[][] = []
  const steps = new Map<string, number>()
  host.listen((name, ...args) => {
    if (name === 'runEnded') ended.push(args)
    if (name === 'runProgress') {
      const [id, progress] = args as [string, { phase: string; step?: number }]
      if (progress.phase === 'training') steps.set(id, progress.step!)
    }
  })
  const { calls } = host
  const run = async (id: string): Promise<ShownRun> =>
    (await calls.listRuns()).find((candidate) => candidate.id === id)!
  const reaches = (id: string, step: number) => expect.poll(() => steps.get(id) ?? 0, WAIT).toBeGreaterThanOrEqual(step)
  const ends = (id: string) => expect.poll(() => ended.some(([of]) => of === id), WAIT).toBe(true)
  return { host, calls, ended, run, reaches, ends, steps }
}

const newHome = () => mkdtempSync(join(folder, 'home-'))
const lossesIn = (home: string, id: string) =>
  readFileSync(join(home, 'runs', id, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { step: number; split: string; values: { loss: number } })
    .filter(({ split }) => split === 'train')
    .map(({ step, values }) => [step, values.loss])

describe('the queue', () => {
  it('runs one after the other in its order, and goes on after a restart', async () => {
    const home = newHome()
    const first = await openHost(home)
    const long = (await first.calls.startRun(recipe(100_000, { name: 'long' }))).id
    await first.reaches(long, 1)
    const ids: string[] = []
    for (const name of ['a', 'b', 'c']) ids.push((await first.calls.startRun(recipe(1, { name }))).id)
    await first.calls.moveQueued(ids[2]!, 0)
    const shown = await first.calls.listRuns()
    expect(shown.map(({ id, status, place }) => [id, status, place])).toEqual([
      [ids[2], 'queued', 0],
      [ids[0], 'queued', 1],
      [ids[1], 'queued', 2],
      [long, 'running', undefined],
    ])
    expect(shown[0]!.recipe!.run.name).toBe('c')
    await first.calls.stopRun(ids[1]!)
    await first.host.close()
    expect(await first.run(long)).toMatchObject({ status: 'stopped' })

    const second = await openHost(home)
    await second.ends(ids[0]!)
    expect(second.ended).toEqual([
      [ids[2], 'finished', ''],
      [ids[0], 'finished', ''],
    ])
    expect((await second.calls.listRuns()).map(({ id, status }) => [id, status])).toEqual([
      [ids[0], 'finished'],
      [ids[2], 'finished'],
      [long, 'stopped'],
    ])
    const [taken] = await second.calls.listTrash()
    expect(taken).toMatchObject({ run: ids[1], label: 'b' })
    await second.calls.restoreTrashed(taken!.name)
    expect(await second.run(ids[1]!)).toMatchObject({
      status: 'failed',
      problem: expect.stringContaining('resume it to queue it again') as string,
    })
    await second.calls.resumeRun(ids[1]!)
    await second.ends(ids[1]!)
    expect(await second.run(ids[1]!)).toMatchObject({ status: 'finished' })
  })

  it('is owned by one host; another sees it, adds to it, and takes over', async () => {
    const home = newHome()
    const owner = await openHost(home)
    const long = (await owner.calls.startRun(recipe(100_000))).id
    await owner.reaches(long, 1)
    const other = await openHost(home)
    const next = (await other.calls.startRun(recipe(1))).id
    expect(await other.run(long)).toMatchObject({ status: 'running', elsewhere: true })
    expect(await owner.run(next)).toMatchObject({ status: 'queued', place: 0 })
    await expect(other.calls.stopRun(long)).rejects.toThrow(RunError)
    expect(other.host.atWork).toBeUndefined()
    await owner.host.close()
    await other.ends(next)
    expect(owner.ended).toEqual([[long, 'stopped', '']])
    expect(await other.run(next)).toMatchObject({ status: 'finished' })
  })

  it('keeps a run that is refused before its first step, with the reason', async () => {
    const home = newHome()
    const { calls, ends, run, ended } = await openHost(home)
    const { id } = await calls.startRun({ ...recipe(1), data: { ...recipe(1).data, batchSize: 1000 } })
    await ends(id)
    const shown = await run(id)
    expect(shown).toMatchObject({
      status: 'failed',
      problem: expect.stringContaining('lower data.batchSize') as string,
    })
    expect(ended).toEqual([[id, 'failed', shown.problem]])
    await calls.trashRun(id)
    expect(await calls.listRuns()).toEqual([])
  })
})

describe('a run at work', () => {
  it('that is paused, saved, stopped and resumed ends like one that was left alone, to the last bit', async () => {
    const home = newHome()
    const { calls, reaches, ends, run } = await openHost(home)
    const straight = (await calls.startRun(recipe(30))).id
    await ends(straight)
    const { id } = await calls.startRun(recipe(30))
    await reaches(id, 1)
    await calls.pauseRun(id, true)
    await expect.poll(async () => (await run(id)).paused, WAIT).toBe(true)
    await calls.saveCheckpoint(id)
    await calls.pauseRun(id, false)
    await calls.stopRun(id)
    await ends(id)
    expect(await run(id)).toMatchObject({ status: 'stopped' })
    await calls.resumeRun(id)
    await expect.poll(async () => (await run(id)).status, WAIT).toBe('finished')
    expect(lossesIn(home, id)).toHaveLength(150)
    expect(lossesIn(home, id)).toEqual(lossesIn(home, straight))
  })

  it('waits while it is paused, and can be saved and given another learning rate meanwhile', async () => {
    const home = newHome()
    const { calls, reaches, run, steps } = await openHost(home)
    const { id } = await calls.startRun(recipe(100_000))
    await reaches(id, 3)
    await calls.pauseRun(id, true)
    await expect.poll(async () => (await run(id)).paused, WAIT).toBe(true)
    const paused = await run(id)
    expect(paused.progress).toMatchObject({ phase: 'paused' })
    const { step } = paused.progress as { step: number }
    await calls.saveCheckpoint(id)
    await calls.scaleLearningRate(id, 0.25)
    expect((await calls.readRun(id)).checkpoints.map((checkpoint) => checkpoint.step)).toEqual([step])
    const before = await calls.readMetrics(id, '')
    await calls.pauseRun(id, false)
    await reaches(id, step + 3)
    await calls.stopRun(id)
    await expect.poll(async () => (await run(id)).status, WAIT).toBe('stopped')
    const after = await calls.readMetrics(id, before.next)
    const rates = (chunk: typeof after) => chunk.series.find(({ metric }) => metric === 'learningRate')!.values
    // The cosine has hardly begun to fall: only the factor shows.
    expect(rates(after)[0]! / rates(before).at(-1)!).toBeCloseTo(0.25, 3)
    const { events } = await calls.readRun(id)
    await calls.resumeRun(id)
    await expect.poll(async () => (await calls.readRun(id)).events.at(-1)!.kind, WAIT).toBe('resumed')
    await reaches(id, steps.get(id)! + 1)
    await calls.stopRun(id)
    const resumed = await calls.readMetrics(id, '')
    expect(rates(resumed).at(-1)! / rates(before).at(-1)!).toBeCloseTo(0.25, 2)
    expect(events.map(({ kind }) => kind)).toEqual([
      'started',
      'paused',
      'checkpoint',
      'continued',
      'learning-rate',
      'checkpoint',
      'stopped',
    ])
  })

  it('whose trainer is killed is interrupted, says so at once, and can be resumed; no point is missed', async () => {
    const home = newHome()
    const { calls, reaches, run, ended, steps: told } = await openHost(home)
    const { id } = await calls.startRun(recipe(100_000))
    await reaches(id, 3)
    await calls.saveCheckpoint(id)
    const { next } = await calls.readMetrics(id, '')
    const { trainer } = (await run(id)).record!
    process.kill(trainer.pid, 'SIGKILL')
    await expect.poll(() => ended.length, { timeout: 2000, interval: 20 }).toBe(1)
    expect(ended[0]).toEqual([id, 'interrupted', expect.stringContaining('was killed by SIGKILL')])
    const dead = { status: 'interrupted', problem: expect.stringContaining('SIGKILL') as string }
    expect(await run(id)).toMatchObject(dead)
    // Another host, as one that was started later, knows it too.
    expect(await (await openHost(home)).run(id)).toMatchObject(dead)

    // Else the steps of the trainer that died would count.
    told.delete(id)
    await calls.resumeRun(id)
    const from = (await calls.readRun(id)).checkpoints[0]!.step
    await reaches(id, from + 5)
    await calls.stopRun(id)
    await expect.poll(async () => (await run(id)).status, WAIT).toBe('stopped')
    const again = await calls.readMetrics(id, next)
    expect(again.restarted).toBe(true)
    const steps = [...again.series.find(({ metric }) => metric === 'loss')!.steps]
    expect(steps).toEqual(steps.map((_, i) => i + 1))
    expect(steps.length).toBeGreaterThanOrEqual(from + 5)
    expect((await run(id)).problem).toBeUndefined()
  })
})

describe('datasets', () => {
  it('are listed, looked at and previewed, and no other folder is', async () => {
    const home = newHome()
    const { calls } = await openHost(home)
    await calls.nameClasses('halves', { left: 'Left half' })
    expect(await calls.listDatasets()).toMatchObject([
      { name: 'fashion-mnist-mini', bundled: true },
      { name: 'halves', root, classNames: { left: 'Left half' } },
    ])
    await expect(calls.startRun(recipe(1, { dataset: join(root, '..') }))).rejects.toThrow(/is not among the datasets/)
    await expect(calls.readRun('missing')).rejects.toThrow(RunError)
  })
})

it('runs are there although the queue is damaged, and what waited can be queued again', async () => {
  const home = newHome()
  const id = await openQueued(home)
  writeFileSync(join(home, 'queue.json'), '{"format":1,"entr')
  const { calls, run } = await openHost(home)
  await expect
    .poll(() => calls.listProblems(), WAIT)
    .toEqual([expect.stringMatching(/^The queue's file was damaged and is kept as queue\.json\.damaged-\d+\./)])
  expect(await run(id)).toMatchObject({ status: 'failed', problem: expect.stringContaining('resume it') as string })
  expect(
    readdirSync(home)
      .filter((name) => name.includes('.damaged-'))
      .map((name) => readFileSync(join(home, name), 'utf8')),
  ).toEqual(['{"format":1,"entr'])
  await calls.resumeRun(id)
  expect((await run(id)).status).toMatch(/queued|running/)
})

it.skipIf(!hasOrdinaryUser())('leaves nothing of a run that could not be prepared on a full disk', () => {
  const home = temporaryFolder()
  const code = `
    import { readdirSync } from 'node:fs'
    const { Home, Workbench } = await import('./host/workbench.ts')
    const { parseRecipe } = await import('./shared/recipe/validate.ts')
    const recipe = parseRecipe({ data: { dataset: 'fashion-mnist-mini' } })
    const failure = await new Workbench(new Home('${home}')).prepare(recipe).catch(({ message }) => message)
    console.log(JSON.stringify({ failure, left: readdirSync('${home}/runs') }))`
  // Folders take no room there.
  const disk = `mount -t tmpfs -o size=4k tmpfs ${home} && head -c 4096 /dev/zero > ${home}/others`
  const [program, ...before] = asOrdinaryUser(disk, ['-m'])
  const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', code]
  const { stdout, stderr } = spawnSync(program!, [...before, ...node], { encoding: 'utf8' })
  expect(JSON.parse(stdout || stderr)).toEqual({
    failure: expect.stringMatching(/recipe\.json cannot be used: the disk is full; free some space\.$/) as string,
    left: [],
  })
})

/** A run that was put in the queue of a home and never began. */
async function openQueued(home: string): Promise<string> {
  const workbench = new Workbench(new Home(home))
  await workbench.datasets.add('halves', root)
  return workbench.prepare(recipe(1))
}

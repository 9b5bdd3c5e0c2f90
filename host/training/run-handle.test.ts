import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../tests/fixtures/temporary-folder.ts'
import { DatasetError, OutOfMemoryError, TrainerLostError } from '../../shared/errors.ts'
import { resolveRecipe } from '../../shared/recipe/resolve.ts'
import { Home } from '../machine/home.ts'
import { NodeStarter } from './trainer/node-starter.ts'
import { Workbench } from '../workbench.ts'

const tinyTrainer = join(import.meta.dirname, '../../tests/fixtures/tiny-trainer.ts')
const starter = new NodeStarter(tinyTrainer)

/** A home and a dataset whose name tells the tiny trainer what to do. */
function open(datasetName = 'pictures', steps = 3, batchSize = 8, by = starter) {
  const folder = temporaryFolder()
  const root = join(folder, datasetName)
  mkdirSync(root)
  const workbench = new Workbench(new Home(join(folder, 'home')), by)
  const recipe = resolveRecipe({
    settings: [`data.dataset=${root}`, `schedule.epochs=${steps}`, `data.batchSize=${batchSize}`],
  })
  const progress: unknown[] = []
  const train = () => workbench.train(recipe, (report) => progress.push(report))
  return { workbench, train, progress }
}

describe('training', () => {
  it('runs to its end, and leaves its folder free', async () => {
    const { workbench, train, progress } = open()
    const training = await train()
    expect(await training.outcome).toEqual({ status: 'finished', step: 3 })
    expect(progress).toEqual([1, 2, 3].map((step) => ({ phase: 'checkpoint', step })))
    expect(workbench.runs.find('last')).toMatchObject({ id: training.id, status: 'finished' })
    expect(readdirSync(training.folder).sort()).toEqual(['recipe.json', 'run.json', 'trainer.log'])
    await expect(workbench.resume(workbench.runs.find('last'), () => undefined)).rejects.toThrow(
      `The run ${training.id} is finished; "anneal train --resume ${training.id} --set schedule.epochs=N" trains it further`,
    )
  })

  it('stops when asked, and can be resumed by one trainer at a time', async () => {
    const { workbench, train, progress } = open('pictures', 100_000)
    const training = await train()
    onTestFinished(() => training.kill())
    await expect.poll(() => progress.length, { timeout: 30_000 }).toBeGreaterThan(1)
    await expect(workbench.resume(workbench.runs.find('last'), () => undefined)).rejects.toThrow(/is in use by process/)
    await training.stop()
    expect(await training.outcome).toMatchObject({ status: 'stopped' })

    const again = await workbench.resume(workbench.runs.find('last'), () => undefined)
    onTestFinished(() => again.kill())
    expect(again.id).toBe(training.id)
    await expect(workbench.resume(workbench.runs.find('last'), () => undefined)).rejects.toThrow(/is in use by process/)
    await again.stop()
    expect(await again.outcome).toMatchObject({ status: 'stopped' })
  })

  it.runIf(process.platform !== 'win32').each(['before', 'after'])(
    'ends a trainer that does not answer, where it is asked to: silent %s it was asked',
    async (when) => {
      const quick = new NodeStarter(tinyTrainer, 3000)
      const { workbench, train, progress } = open('pictures', 100_000, 8, quick)
      const training = await train()
      onTestFinished(() => training.kill())
      const silent = new Promise<void>((resolve) => training.onSilence(() => resolve()))
      await expect.poll(() => progress.length, { timeout: 30_000 }).toBeGreaterThan(1)
      process.kill(workbench.runs.find('last').record.trainer.pid, 'SIGSTOP')
      if (when === 'before') await silent
      const outcome = expect(training.outcome).rejects.toThrow('The trainer was ended at once, without saving.')
      await training.stopOrKill()
      await outcome
      expect(workbench.runs.find('last').status).toBe('interrupted')
    },
  )

  it('that is refused leaves no folder', async () => {
    const { workbench, train } = open('refuse')
    await expect((await train()).outcome).rejects.toThrow(DatasetError)
    expect(readdirSync(workbench.home.runs)).toEqual([])
  })

  it('that crashes before its first step leaves its log', async () => {
    const { train } = open('abort')
    const training = await train()
    await expect(training.outcome).rejects.toThrow(TrainerLostError)
    expect(readFileSync(join(training.folder, 'trainer.log'), 'utf8')).toMatch(/Working on abort/)
    expect(existsSync(join(training.folder, 'lock.json'))).toBe(false)
  })

  it('that crashes later is shown as interrupted', async () => {
    const { workbench, train } = open('abort-later')
    const training = await train()
    const error: unknown = await training.outcome.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(TrainerLostError)
    expect(workbench.runs.find(training.id)).toMatchObject({ status: 'interrupted', record: { status: 'running' } })
    // Whoever opens the home later knows why.
    const reopened = new Workbench(workbench.home, starter)
    expect((error as Error).message).toContain('was killed by SIGABRT')
    expect(reopened.runs.find(training.id).problem).toBe((error as Error).message)
  })

  it('that is ended at once says so, and no more once it is resumed', async () => {
    const { workbench, train, progress } = open('pictures', 100_000)
    const training = await train()
    await expect.poll(() => progress.length, { timeout: 30_000 }).toBeGreaterThan(1)
    training.kill()
    await expect(training.outcome).rejects.toThrow(TrainerLostError)
    expect(workbench.runs.find(training.id)).toMatchObject({
      status: 'interrupted',
      problem: 'The trainer was ended at once, without saving.',
    })
    const again = await workbench.resume(workbench.runs.find('last'), () => undefined)
    onTestFinished(() => again.kill())
    await again.stop()
    await again.outcome
    expect(workbench.runs.find(training.id).problem).toBeUndefined()
  })
})

describe('training that runs out of memory', () => {
  const fail = async (datasetName: string, batchSize: number) => {
    const { workbench, train } = open(datasetName, 3, batchSize)
    const training = await train()
    const error: unknown = await training.outcome.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(OutOfMemoryError)
    expect(workbench.runs.find(training.id).record).toMatchObject({ status: 'failed', error: (error as Error).message })
    return (error as Error).message
  }

  it('says which batch would fit, as was tried', async () => {
    // 40 and 25 bring down the trainer that tries them, 20 and 12 do not fit.
    expect(await fail('memory', 80)).toMatch(
      /batch of 80 images does not fit .* a batch of 10 does: start a new run with data\.batchSize=10 and optimizer\.accumulate=8\.$/,
    )
    expect(await fail('memory', 50)).toMatch(/a batch of 6 does: .* data\.batchSize=6 and optimizer\.accumulate=8\.$/)
  })

  it('says so where one image is too much', async () => {
    expect(await fail('memory-none', 2)).toMatch(/one image does not either: choose a smaller network/)
  })
})

it('starts no trainer where a dataset is missing', async () => {
  const { workbench } = open()
  await expect(workbench.train(resolveRecipe({ settings: ['data.dataset=nowhere'] }), () => undefined)).rejects.toThrow(
    DatasetError,
  )
  expect(existsSync(workbench.home.root)).toBe(false)
})

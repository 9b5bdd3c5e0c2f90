import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../tests/fixtures/temporary-folder.ts'
import type { TrainerProgress } from '../../../shared/contract/trainer.ts'
import { DatasetError, TrainerLostError } from '../../../shared/errors.ts'
import { resolveRecipe } from '../../../shared/recipe/resolve.ts'
import { precisionEnvironment } from './environment.ts'
import { lastLine } from './log-tail.ts'
import { NodeStarter } from './node-starter.ts'
import type { TrainerOptions } from './trainer-process.ts'

const tinyTrainer = join(import.meta.dirname, '../../../tests/fixtures/tiny-trainer.ts')
const starter = new NodeStarter(tinyTrainer)

function start(options: Partial<TrainerOptions> = {}) {
  const trainer = starter.start({ environment: {}, ...options })
  onTestFinished(() => trainer.kill())
  return trainer
}

const check = (trainer: ReturnType<typeof start>, root: string) => trainer.calls.checkDataset({ root, cacheFolder: '' })
const failure = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => Promise.reject(new Error('It did not fail.')),
    (error: unknown) => error as Error,
  )

describe('a trainer', () => {
  it('answers calls, tells its progress, and ends when it is closed', async () => {
    const trainer = start()
    const progress: TrainerProgress[] = []
    trainer.onProgress((report) => progress.push(report))
    expect(await check(trainer, '/a')).toMatchObject({ root: '/a', unreadable: [] })
    expect(progress).toEqual([{ phase: 'checking', done: 1, total: 2 }])
    expect(await trainer.close()).toEqual({ code: 0, signal: null })
  })

  it('has its switches in its environment from the start', async () => {
    const { precision } = resolveRecipe({ settings: ['precision.oneDnn=false', 'precision.intraOpThreads=3'] })
    const trainer = start({ environment: precisionEnvironment(precision, {}, false) })
    const { environment } = await trainer.calls.describeMachine()
    expect(environment).toMatchObject({
      TF_ENABLE_ONEDNN_OPTS: '0',
      TF_NUM_INTRAOP_THREADS: '3',
      TF_CPP_MIN_LOG_LEVEL: '2',
    })
    expect(environment).not.toHaveProperty('TF_NUM_INTEROP_THREADS')
    expect(precisionEnvironment(precision, { TF_CPP_MIN_LOG_LEVEL: '0' }, false).TF_CPP_MIN_LOG_LEVEL).toBe('0')
  })

  it('passes on named errors with their cause', async () => {
    const error = await failure(check(start(), '/refuse'))
    expect(error).toBeInstanceOf(DatasetError)
    expect(error).toMatchObject({ message: 'It is empty; choose another.', cause: { message: 'ENOENT' } })
  })

  it.runIf(process.platform === 'linux')('is in a process group of its own, out of the reach of Ctrl-C', async () => {
    const trainer = start()
    await trainer.calls.describeGpu()
    const stat = readFileSync(`/proc/${trainer.pid}/stat`, 'utf8')
    expect(Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2])).toBe(trainer.pid)
  })
})

describe('a trainer that dies', () => {
  it('is described by its status and last words', async () => {
    const error = await failure(check(start(), '/exit'))
    expect(error).toEqual(
      new TrainerLostError(
        'The trainer process ended with status 3, its last words being "Working on exit"; "anneal doctor" checks the installation.',
      ),
    )
  })

  it.each([false, true])(
    'is described by how its last line begins, however long that is; with a log: %s',
    async (logs) => {
      const error = await failure(
        check(start(logs ? { logFile: join(temporaryFolder(), 'trainer.log') } : {}), '/long-line'),
      )
      expect(error.message).toContain('its last words being "Why it ended: much more, ')
    },
  )

  it('is described by its signal and its log', async () => {
    const logFile = join(temporaryFolder(), 'trainer.log')
    const error = await failure(check(start({ logFile }), '/abort'))
    expect(error.message).toMatch(`The trainer process was killed by SIGABRT, its last words being "`)
    expect(error.message).toMatch(new RegExp(`; its log is ${logFile}\\.$`))
    expect(readFileSync(logFile, 'utf8')).toMatch(/^Working on abort$/m)
  })

  it('by an error that nobody caught is described by that error', async () => {
    const error = await failure(check(start(), '/throw'))
    expect(error.message).toContain('"Error: Nobody catches this"')
  })

  it('fails the calls under way and those that come later alike', async () => {
    const trainer = start()
    const pending = failure(check(trainer, '/hang'))
    await trainer.calls.describeGpu()
    trainer.kill()
    expect(await trainer.exited).toEqual({ code: null, signal: 'SIGKILL' })
    expect((await pending).message).toMatch(/was killed by SIGKILL.*memory ran out: try a smaller data\.batchSize\.$/)
    expect(await failure(trainer.calls.describeGpu())).toBeInstanceOf(TrainerLostError)
  })

  it('is told of also where Node has not noticed yet', async () => {
    const trainer = start()
    await trainer.calls.describeGpu()
    trainer.kill()
    // Long enough for the system to close the channel, with nothing read from it meanwhile.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
    expect(await failure(trainer.calls.describeGpu())).toBeInstanceOf(TrainerLostError)
  })

  it('for want of a file is told so', async () => {
    const trainer = new NodeStarter('/nowhere/trainer.ts').start({ environment: {} })
    expect(await failure(trainer.calls.describeGpu())).toMatchObject({
      name: 'TrainerLostError',
      message: expect.stringContaining('/nowhere/trainer.ts') as string,
    })
  })

  it('appends to its log', async () => {
    const logFile = join(temporaryFolder(), 'trainer.log')
    for (const root of ['/a', '/b']) {
      const trainer = start({ logFile })
      await check(trainer, root)
      await trainer.close()
    }
    expect(readFileSync(logFile, 'utf8')).toBe('Working on a\nWorking on b\n')
  })
})

describe.runIf(process.platform !== 'win32')('a trainer that is stopped', () => {
  const patient = new NodeStarter(tinyTrainer, 500)
  const startStopped = async () => {
    const trainer = patient.start({ environment: {} })
    onTestFinished(() => trainer.kill())
    const told: (number | undefined)[] = []
    await trainer.calls.describeGpu()
    trainer.onSilence((since) => told.push(since))
    process.kill(trainer.pid!, 'SIGSTOP')
    return { trainer, told }
  }

  it('is told to be silent while something is asked of it, and to answer once it goes on', async () => {
    const { trainer, told } = await startStopped()
    const answer = check(trainer, '/a')
    await expect.poll(() => told.length, { timeout: 30_000 }).toBe(1)
    expect(Date.now() / 1000 - told[0]!).toBeGreaterThan(0.4)
    process.kill(trainer.pid!, 'SIGCONT')
    expect(await answer).toMatchObject({ root: '/a' })
    expect(told).toEqual([told[0], undefined])
  })

  it('can be ended, and answers no more', async () => {
    const { trainer, told } = await startStopped()
    const pending = failure(check(trainer, '/a'))
    await expect.poll(() => told.length, { timeout: 30_000 }).toBe(1)
    trainer.kill()
    expect(await pending).toBeInstanceOf(TrainerLostError)
    expect(told).toHaveLength(1)
  })
})

it('takes the last line that says something', () => {
  expect(lastLine('')).toBeUndefined()
  expect(lastLine('first\nsecond\n\n')).toBe('second')
  expect(
    lastLine("file.ts:3\n  throw it\n  ^\n\nError: why\n    at f (file.ts:3)\n  code: 'X'\n}\n\nNode.js v20.20.2\n"),
  ).toBe('Error: why')
})

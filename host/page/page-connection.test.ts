import { MessageChannel } from 'node:worker_threads'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type WorkbenchCalls, workbenchCalls } from '../../shared/contract/workbench.ts'
import { RecipeError, RunError, UsageError } from '../../shared/errors.ts'
import { connect } from '../../shared/rpc/connect.ts'
import type { Port } from '../../shared/rpc/port.ts'
import { connectPage } from './page-connection.ts'

/** A page at the other end of a real channel, and what its calls come to. */
function open() {
  const { port1, port2 } = new MessageChannel()
  onTestFinished(() => port1.close())
  const adapt = (port: typeof port1): Port => ({
    post: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', listener),
    onClose: () => undefined,
  })
  const arrived: unknown[][] = []
  const handlers = Object.fromEntries(
    Object.keys(workbenchCalls).map((name) => [
      name,
      (...args: unknown[]) => Promise.resolve(void arrived.push([name, ...args])),
    ]),
  )
  const calls = {
    ...handlers,
    readRun: () => Promise.reject(new RunError('There is none.', { cause: new Error('ENOENT') })),
  } as unknown as WorkbenchCalls
  const notify = connectPage(adapt(port1), calls)
  const heard: unknown[] = []
  const { remote } = connect<Record<string, (...args: unknown[]) => Promise<unknown>>, { runsChanged(): void }>(
    adapt(port2),
    { runsChanged: () => void heard.push('runsChanged') },
  )
  return { remote, arrived, notify, heard }
}

describe('a page', () => {
  it('reaches the calls of the contract, with what they are to be called with', async () => {
    const { remote, arrived, notify, heard } = open()
    await remote.moveQueued!('run-1', 2)
    await remote.addDataset!('/data/birds')
    await remote.startRun!({ model: { architecture: 'resnet8' } })
    expect(arrived.slice(0, 2)).toEqual([
      ['moveQueued', 'run-1', 2],
      ['addDataset', '/data/birds'],
    ])
    // A part of a recipe arrives as a whole one.
    expect(arrived[2]).toMatchObject(['startRun', { model: { architecture: 'resnet8' }, schedule: { epochs: 90 } }])
    notify('runsChanged')
    await remote.listRuns!()
    expect(heard).toEqual(['runsChanged'])
  })

  it('is told of errors by their class', async () => {
    const { remote } = open()
    const error = await remote.readRun!('run-1').catch((failure: unknown) => failure)
    expect(error).toBeInstanceOf(RunError)
    expect(error).toMatchObject({ message: 'There is none.', cause: { message: 'ENOENT' } })
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'nothing'])('does not reach %s', async (name) => {
    const { remote, arrived } = open()
    await expect(remote[name]!()).rejects.toThrow('not found')
    expect(arrived).toEqual([])
  })
})

describe('arguments that are refused', () => {
  it.each<[string, unknown[]]>([
    ['readRun', ['../secret']],
    ['readRun', ['a/b']],
    ['readRun', ['a\\b']],
    ['readRun', ['.hidden']],
    ['readRun', []],
    ['readRun', ['run', 'more']],
    ['readRun', [{ toString: 'run' }]],
    ['readMetrics', ['run', -1]],
    ['readMetrics', ['run', '../1-2-3']],
    ['annotateRun', ['run', { status: 'finished' }]],
    ['scaleLearningRate', ['run', 0]],
    ['scaleLearningRate', ['run', NaN]],
    ['scaleLearningRate', ['run', Infinity]],
    ['moveQueued', ['run', 1.5]],
    ['pauseRun', ['run', 'yes']],
    ['evaluateRun', ['run', '../best', 'val']],
    ['evaluateRun', ['run', 'best', 'odd']],
    ['evaluateRun', ['run', 'best', 'val', 'dataset', { folder: '/' }]],
    ['evaluateRun', ['run', 'best', 'val', 'dataset', true]],
    ['evaluateModel', ['/model', 'birds', 'val', { features: true }, {}]],
    ['evaluateModel', ['/model', 'birds', 'val', {}, { mean: [0, 0, 0, 0] }]],
    ['evaluateModel', ['/model', 'birds', 'val', {}, { classes: ['one'] }]],
    ['deleteTrashed', ['..']],
  ])('%s %j', async (name, args) => {
    const { remote, arrived } = open()
    const error = await remote[name]!(...args).catch((failure: unknown) => failure)
    expect(error).toBeInstanceOf(UsageError)
    expect((error as Error).message).toContain(`The call ${name} was made wrongly`)
    expect(arrived).toEqual([])
  })

  const nested = (depth: number): unknown => (depth === 0 ? 1 : { inner: nested(depth - 1) })
  // By name: a title with such arguments in it takes minutes to write.
  const excessive: Readonly<Record<string, unknown>> = {
    'a text of 70000 characters': { run: { notes: 'x'.repeat(70_000) } },
    'a key of 3500000 characters': { model: { ['x'.repeat(3_500_000)]: 1 } },
    'more than 200000 values': Array.from({ length: 300_000 }, () => 0),
    'values within each other more than 16 deep': nested(1000),
    'what is no JSON': { model: new Map([['schedule', 1]]), data: new Float64Array(3) },
    'a bigint': 10n,
  }
  it.each(Object.keys(excessive))('%s', async (reason) => {
    const { remote, arrived } = open()
    await expect(remote.startRun!(excessive[reason])).rejects.toThrow(
      new UsageError(`The call startRun was made wrongly: it holds ${reason}.`),
    )
    expect(arrived).toEqual([])
  })

  it('an array of billions of holes', async () => {
    const { remote, arrived } = open()
    const holes: unknown[] = []
    holes.length = 4_000_000_000
    await expect(remote.startRun!(holes)).rejects.toThrow('it holds more than 200000 values')
    expect(arrived).toEqual([])
  })

  it('more names of classes than any network has', async () => {
    const { remote, arrived } = open()
    const names = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, `class ${i}`]))
    await expect(remote.nameClasses!('birds', names(70_000))).rejects.toThrow(
      'The call nameClasses was made wrongly: argument 2, at most 25000 classes can have a name of their own.',
    )
    expect(arrived).toEqual([])
    await remote.nameClasses!('birds', names(21_841))
    expect(arrived).toHaveLength(1)
  })

  it('a recipe with wrong keys, in the words of the recipe', async () => {
    const { remote, arrived } = open()
    await expect(remote.startRun!({ model: { architectur: 'resnet8' } })).rejects.toThrow(
      new RecipeError('The recipe has no key model.architectur; did you mean model.architecture?'),
    )
    expect(arrived).toEqual([])
  })
})

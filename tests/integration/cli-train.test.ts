import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import type { TrainOutcome } from '../../shared/contract/trainer.ts'
import type { RunRecord, RunSummary } from '../../shared/run-folder/record.ts'
import type { MetricsRecord } from '../../shared/run-folder/metrics.ts'
import { runCli, startCli, type CliResult } from '../fixtures/run-cli.ts'
import { temporaryFolder } from '../fixtures/temporary-folder.ts'
import { makeTinyDataset } from '../fixtures/tiny-dataset.ts'

type Trained = Omit<TrainOutcome, 'summary'> & RunSummary & { readonly run: string; readonly folder: string }

/** 48 images in batches of 8. */
const STEPS_PER_EPOCH = 6

let dataset: string
beforeAll(async () => {
  dataset = await makeTinyDataset(mkdtempSync(join(tmpdir(), 'anneal-dataset-')))
})
afterAll(() => rmSync(dataset, { recursive: true, force: true }))

const options = (epochs: number) => [
  ...['--preset', 'demo', '--dataset', dataset, '--set', 'data.batchSize=8', '--set', 'data.evaluationBatchSize=8'],
  // Left and right must not be exchanged.
  ...['--set', 'augment.flip=0', '--set', 'run.logEvery=1', '--set', `schedule.epochs=${epochs}`],
]

function document<T>({ stdout, stderr, status }: CliResult, wanted = 0): T {
  expect(status, stderr).toBe(wanted)
  expect(stdout.trimEnd().split('\n')).toHaveLength(1)
  return JSON.parse(stdout) as T
}

const readRun = (folder: string) => JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunRecord
const readMetrics = (folder: string) =>
  readFileSync(join(folder, 'metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as MetricsRecord)

describe('a run', () => {
  it('trains to its end, and its evaluation is the one that it measured itself', async () => {
    const home = temporaryFolder()
    const trained = document<Trained>(await runCli(home, 'train', ...options(4), '--name', 'Halves', '--json'))
    expect(trained).toMatchObject({
      status: 'finished',
      step: 4 * STEPS_PER_EPOCH,
      folder: join(home, 'runs', trained.run),
    })
    expect(readRun(trained.folder)).toMatchObject({
      status: 'finished',
      name: 'Halves',
      dataset: { root: dataset, classes: ['left', 'right'] },
    })
    expect(readdirSync(join(trained.folder, 'checkpoints'))).toContain(`step-${trained.step}`)

    const metrics = readMetrics(trained.folder)
    expect(metrics.filter(({ split }) => split === 'train').map(({ step }) => step)).toEqual(
      Array.from({ length: 24 }, (_, i) => i + 1),
    )
    expect(metrics.filter(({ split }) => split === 'val').map(({ step }) => step)).toEqual([6, 12, 18, 24])

    const report = document<EvaluationReport>(await runCli(home, 'evaluate', 'last', '--checkpoint', 'last', '--json'))
    expect(report).toMatchObject({ images: 16, step: trained.step, split: 'val', top1: trained.top1 })
    expect(report.loss).toBeCloseTo(trained.loss, 6)
    const correct = report.classes.reduce((sum, one) => sum + one.correct, 0)
    expect(report.top1).toBeCloseTo(correct / 16, 9)
    expect(report.top5).toBe(1)

    // A file where the folder of reports should be: nobody can write there, root neither.
    rmSync(join(trained.folder, 'evaluation'), { recursive: true })
    writeFileSync(join(trained.folder, 'evaluation'), '')
    const unsaved = await runCli(home, 'evaluate', 'last', '--checkpoint', 'last', '--json')
    expect(document<EvaluationReport>(unsaved, 1)).toMatchObject({
      top1: trained.top1,
      unsaved: expect.stringContaining('evaluation') as string,
    })
    expect(unsaved.stderr).toContain('The report could not be kept.')

    const shown = document<RunRecord>(await runCli(home, 'runs', 'show', trained.run, '--json'))
    expect(shown).toMatchObject({ id: trained.run, status: 'finished', step: trained.step })
    expect((await runCli(home, 'train', '--resume', 'last')).status).toBe(1)
  })

  it('with the same seed ends with the same numbers', async () => {
    const home = temporaryFolder()
    const runs = [1, 2].map(() => runCli(home, 'train', ...options(1), '--json'))
    const [first, second] = (await Promise.all(runs)).map((result) => document<Trained>(result))
    expect(first!.run).not.toBe(second!.run)
    const losses = [first!, second!].map(({ folder }) => readMetrics(folder).map(({ values }) => values.loss))
    expect(losses[0]).toEqual(losses[1])
  })
})

describe('a run that is interrupted', () => {
  it('saves a checkpoint and goes on from there to the same end as one that was not', async () => {
    const home = temporaryFolder()
    const epochs = 40
    const whole = document<Trained>(await runCli(home, 'train', ...options(epochs), '--json'))
    const started = startCli(home, 'train', ...options(epochs), '--json')
    await expect.poll(started.stderr, { timeout: 60_000 }).toMatch(/^epoch 1 /m)
    started.child.kill('SIGINT')
    const stopped = document<Trained>(await started.result, 130)
    expect(stopped.status).toBe('stopped')
    expect(stopped.step).toBeLessThan(epochs * STEPS_PER_EPOCH)
    expect(readRun(stopped.folder)).toMatchObject({ status: 'stopped', step: stopped.step })
    expect(existsSync(join(stopped.folder, 'checkpoints', `step-${stopped.step}`, 'manifest.json'))).toBe(true)

    const resumed = document<Trained>(await runCli(home, 'train', '--resume', stopped.run, '--json'))
    expect(resumed).toMatchObject({ run: stopped.run, status: 'finished', step: epochs * STEPS_PER_EPOCH })
    const losses = [whole, resumed].map(({ folder }) =>
      readMetrics(folder).map(({ step, split, values }) => [step, split, values.loss]),
    )
    expect(losses[1]).toEqual(losses[0])
    expect(resumed).toMatchObject({ top1: whole.top1, loss: whole.loss })
  })

  it('ends at once at the second Ctrl-C, and is shown as interrupted', async () => {
    const home = temporaryFolder()
    const started = startCli(home, 'train', ...options(100_000))
    await expect.poll(started.stderr, { timeout: 60_000 }).toMatch(/^epoch 1 /m)
    const [id] = readdirSync(join(home, 'runs'))
    const { pid } = readRun(join(home, 'runs', id!)).trainer
    // A trainer that does not answer: the first signal cannot reach it.
    process.kill(pid, 'SIGSTOP')
    started.child.kill('SIGINT')
    await expect.poll(started.stderr).toMatch(/Saving a checkpoint/)
    started.child.kill('SIGINT')
    const { status, stdout, stderr } = await started.result
    expect({ status, stdout }).toEqual({ status: 130, stdout: '' })
    expect(stderr).toContain(`train --resume ${id}`)
    await expect
      .poll(() => runCli(home, 'runs', 'list', '--json').then(({ stdout }) => stdout))
      .toContain('"status":"interrupted"')
  })

  it('by the death of its trainer says so, and how to go on', async () => {
    const home = temporaryFolder()
    const started = startCli(home, 'train', ...options(100_000), '--json')
    await expect.poll(started.stderr, { timeout: 60_000 }).toMatch(/^epoch 1 /m)
    const [run] = readdirSync(join(home, 'runs'))
    const events = () => readFileSync(join(home, 'runs', run!, 'events.jsonl'), 'utf8')
    await expect.poll(events, { timeout: 60_000 }).toContain('Saved step-')
    const [id] = readdirSync(join(home, 'runs'))
    process.kill(readRun(join(home, 'runs', id!)).trainer.pid, 'SIGKILL')
    const { error } = document<{ error: { name: string; message: string } }>(await started.result, 1)
    expect(error.name).toBe('TrainerLostError')
    expect(error.message).toMatch(
      /^The trainer process was killed by SIGKILL.*; to go on from the last checkpoint: .*train --resume /,
    )
  })

  it('before its first checkpoint shows as interrupted at once, leaves no sign of life, and starts again from its first step', async () => {
    const home = temporaryFolder()
    const late = ['--set', 'run.checkpointEvery=1000', '--set', 'run.evaluateEvery=1000']
    const started = startCli(home, 'train', ...options(30), ...late, '--json')
    const folder = () => join(home, 'runs', readdirSync(join(home, 'runs'))[0]!)
    await expect
      .poll(() => existsSync(join(home, 'runs')) && existsSync(join(folder(), 'metrics.jsonl')), { timeout: 60_000 })
      .toBe(true)
    process.kill(readRun(folder()).trainer.pid, 'SIGKILL')
    const { error } = document<{ error: { message: string } }>(await started.result, 1)
    expect(error.message).toMatch(
      /; it has no checkpoint yet, so this starts it again from its first step: .*--resume /,
    )
    expect((await runCli(home, 'runs', 'list', '--json')).stdout).toContain('"status":"interrupted"')
    expect(readdirSync(folder())).not.toContain('heartbeat')
    expect(readdirSync(folder())).not.toContain('lock.json')

    const resumed = await runCli(home, 'train', '--resume', 'last', '--json')
    expect(document<Trained>(resumed)).toMatchObject({ status: 'finished', step: 30 * STEPS_PER_EPOCH })
    expect(resumed.stderr).toContain('starts again from its first step')
    const steps = readMetrics(folder()).filter(({ split }) => split === 'train')
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 30 * STEPS_PER_EPOCH }, (_, i) => i + 1))
  })

  it('together with who has started it leaves a lock and a heartbeat that keep nobody out, and the next start takes away', async () => {
    const home = temporaryFolder()
    const started = startCli(home, 'train', ...options(100_000))
    await expect.poll(started.stderr, { timeout: 60_000 }).toMatch(/^epoch 1 /m)
    const folder = join(home, 'runs', readdirSync(join(home, 'runs'))[0]!)
    started.child.kill('SIGKILL')
    process.kill(readRun(folder).trainer.pid, 'SIGKILL')
    await started.result
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['heartbeat', 'lock.json']))
    expect((await runCli(home, 'runs', 'list', '--json')).stdout).toContain('"status":"interrupted"')

    const again = startCli(home, 'train', '--resume', 'last', '--json')
    await expect.poll(again.stderr, { timeout: 60_000 }).toMatch(/^epoch /m)
    again.child.kill('SIGINT')
    expect(document<Trained>(await again.result, 130).status).toBe('stopped')
    expect(readdirSync(folder)).not.toContain('heartbeat')
    expect(readdirSync(folder)).not.toContain('lock.json')
  })

  it('by SIGTERM ends with its status', async () => {
    const started = startCli(temporaryFolder(), 'train', ...options(100_000), '--json')
    await expect.poll(started.stderr, { timeout: 60_000 }).toMatch(/^epoch 1 /m)
    started.child.kill('SIGTERM')
    expect(document<Trained>(await started.result, 143).status).toBe('stopped')
  })
})

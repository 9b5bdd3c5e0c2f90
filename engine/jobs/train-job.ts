import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, join } from 'node:path'
import type { TrainerProgress, TrainOutcome, TrainRequest } from '../../shared/contract/trainer.ts'
import { CheckpointError, DatasetError, RunError } from '../../shared/errors.ts'
import type { RunRecord, RunSummary } from '../../shared/run.ts'
import { fingerprint, openIndex, type DatasetIndex } from '../data/index.ts'
import { switchesInEffect } from '../machine.ts'
import { findCheckpoint, pruneCheckpoints, verifyCheckpoint, writeCheckpoint, type SavedCheckpoint } from '../run-folder/checkpoint-folder.ts'
import { RunWriter } from '../run-folder/run-writer.ts'
import { tensorFlowVersion } from '../tensorflow/c-api/index.ts'
import { train, type Evaluated, type TrainingHooks, type TrainingResult } from '../training/train.ts'
import { openTrainingSession, type TrainingSession } from './training-session.ts'

export type Report = (progress: TrainerProgress) => void

/** Trains a run in its folder, from the start or from a checkpoint. What fails before the first step leaves no file. */
export async function trainRun(request: TrainRequest, report: Report, stopRequested: () => boolean): Promise<TrainOutcome> {
  const began = performance.now()
  const checkpoint = await resumeFrom(request)
  const index = await openIndex(request.dataset.root, request.cacheFolder, (done, total) => report({ phase: 'checking', done, total }))
  report({ phase: 'preparing', message: `Building ${request.recipe.model.architecture}` })
  const session = await openTrainingSession(request.recipe, index)
  try {
    checkFits(session, checkpoint)
    if (checkpoint) checkSameImages(request.runFolder, index)
    await session.start(checkpoint?.manifest.step ?? 0, checkpoint?.prefix)
    const run = new Run(request, session, index, report, checkpoint)
    return await run.train(stopRequested, began)
  } finally {
    session.dispose()
  }
}

async function resumeFrom({ resume, runFolder }: TrainRequest): Promise<SavedCheckpoint | undefined> {
  if (!resume) return undefined
  const checkpoint = findCheckpoint(join(runFolder, 'checkpoints'), resume.checkpoint ?? 'last')
  await verifyCheckpoint(checkpoint)
  return checkpoint
}

/** A checkpoint of another network must not be read into this one. */
function checkFits({ tensors, plan }: TrainingSession, checkpoint: SavedCheckpoint | undefined): void {
  if (!checkpoint) return
  const saved = new Map(checkpoint.manifest.tensors.map(({ name, shape }) => [name, shape.join()]))
  const other = tensors.find(({ name, shape }) => saved.get(name) !== shape.join())
  if (other) throw new CheckpointError(`${checkpoint.name} has no "${other.name}" of shape [${other.shape.join()}]: it belongs to another network or dataset; resume with the recipe and dataset it was made with.`)
  if (checkpoint.manifest.step >= plan.totalSteps)
    throw new RunError(`The run has already done its ${plan.totalSteps} steps; start a new one to train further.`)
}

/** Other images under the same positions would make it another run. */
function checkSameImages(runFolder: string, { root, classes, splits }: DatasetIndex): void {
  const before = readRecord(runFolder)?.dataset
  if (!before || (before.fingerprint === fingerprint(splits.train) && before.classes.join('\n') === classes.join('\n'))) return
  throw new DatasetError(`The training images in ${root} are not those that the run was started with; restore them to resume it, or start a new run on what is there now.`)
}

/** One start of a run: its folder, and what it tells of itself meanwhile. */
class Run {
  readonly #writer: RunWriter
  #last: Evaluated | undefined
  #best: { top1: number; step: number } | undefined

  constructor(
    private readonly request: TrainRequest,
    private readonly session: TrainingSession,
    private readonly index: DatasetIndex,
    private readonly report: Report,
    private readonly checkpoint: SavedCheckpoint | undefined,
  ) {
    this.#writer = new RunWriter(request.runFolder, this.#firstRecord(), request.recipe)
    const { record } = this.#writer
    if (checkpoint && record.summary) this.#best = { top1: record.summary.bestTop1, step: record.summary.bestStep }
    this.#writer.event(checkpoint ? 'resumed' : 'started', record.step, checkpoint ? `Resumed from ${checkpoint.name}` : 'Started')
    this.#warnOfUnreadable()
  }

  async train(stopRequested: () => boolean, began: number): Promise<TrainOutcome> {
    try {
      const result = await train(this.session.step, this.session.plan, this.#hooks(stopRequested), this.#writer.record.step)
      return this.#finish(result, (performance.now() - began) / 1000)
    } catch (error) {
      this.#fail(error)
      throw error
    }
  }

  #hooks(stopRequested: () => boolean): TrainingHooks {
    const { plan } = this.session
    return {
      stopRequested,
      onStep: (step) => {
        const epoch = Math.min(plan.epochs, Math.floor((step.step - 1) / plan.stepsPerEpoch) + 1)
        this.report({ phase: 'training', ...step, epoch, totalSteps: plan.totalSteps, epochs: plan.epochs })
      },
      onMetrics: ({ step, values }) => this.#writer.metrics('train', step, step / plan.stepsPerEpoch, values),
      evaluate: (step) => this.#evaluate(step),
      checkpoint: (step, evaluated) => this.#save(step, evaluated),
    }
  }

  async #evaluate(step: number): Promise<Evaluated> {
    const { top1, top5, loss } = await this.session.evaluate((done, total) => this.report({ phase: 'evaluating', done, total }))
    const epoch = step / this.session.plan.stepsPerEpoch
    this.#last = { top1, top5, loss }
    if (!this.#best || top1 >= this.#best.top1) this.#best = { top1, step }
    this.#writer.metrics('val', step, epoch, this.#last as Record<keyof Evaluated, number>)
    this.report({ phase: 'evaluated', epoch, ...this.#last })
    return this.#last
  }

  async #save(step: number, metrics?: Evaluated): Promise<void> {
    const { recipe } = this.request
    const facts = {
      step,
      epoch: step / this.session.plan.stepsPerEpoch,
      position: step * recipe.data.batchSize,
      seed: recipe.run.seed,
      tensors: this.session.tensors,
      ...(metrics && { metrics }),
    }
    const saved = await writeCheckpoint(this.#writer.checkpoints, facts, (prefix) => this.session.save(prefix, step))
    pruneCheckpoints(this.#writer.checkpoints, recipe.run.keepCheckpoints)
    this.#writer.update({ step, epoch: facts.epoch })
    this.#writer.event('checkpoint', step, `Saved ${saved.name}`)
    this.report({ phase: 'checkpoint', step })
  }

  #finish({ status, step, throughput }: TrainingResult, seconds: number): TrainOutcome {
    const summary: RunSummary | undefined = this.#last && {
      ...this.#last,
      bestTop1: this.#best!.top1,
      bestStep: this.#best!.step,
      imagesPerSecond: throughput.mean,
      seconds,
      dataWait: throughput.dataWait,
    }
    this.#writer.update({ status, ended: new Date().toISOString(), ...(summary && { summary }) })
    this.#writer.event(status, step, status === 'finished' ? 'Finished' : 'Stopped on request')
    return { status, step, ...(summary && { summary }) }
  }

  /** The error is told first: a disk that is full must not hide it behind a second one. */
  #fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    try {
      this.#writer.update({ status: 'failed', error: message, ended: new Date().toISOString() })
      this.#writer.event('failed', this.#writer.record.step, message)
    } catch (second) {
      console.error('run.json could not be updated:', second)
    }
  }

  #firstRecord(): RunRecord {
    const { runFolder, recipe, dataset } = this.request
    const now = new Date().toISOString()
    const before = this.checkpoint && readRecord(runFolder)
    return {
      format: 1,
      id: basename(runFolder),
      name: recipe.run.name || `${recipe.model.architecture} ${dataset.name}`,
      created: before?.created ?? now,
      ...(before?.summary && { summary: before.summary }),
      status: 'running',
      started: now,
      trainer: { pid: process.pid, host: hostname() },
      dataset: { ...dataset, classes: this.index.classes, fingerprint: fingerprint(this.index.splits.train) },
      tensorFlow: tensorFlowVersion(),
      devices: this.session.devices,
      environment: switchesInEffect(),
      step: this.checkpoint?.manifest.step ?? 0,
      epoch: this.checkpoint?.manifest.epoch ?? 0,
    }
  }

  #warnOfUnreadable(): void {
    const { unreadable } = this.index
    if (unreadable.length === 0) return
    const text = `${unreadable.length} unreadable images are left out, the first of them ${unreadable[0]!.file} (${unreadable[0]!.reason}); "anneal datasets check" lists all.`
    this.#writer.event('warning', this.#writer.record.step, text)
    this.report({ phase: 'warning', message: text })
  }
}

function readRecord(runFolder: string): RunRecord | undefined {
  const file = join(runFolder, 'run.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as RunRecord) : undefined
}

import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, join } from 'node:path'
import type { TrainerProgress, TrainOutcome, TrainRequest } from '../../shared/contract/trainer.ts'
import { CheckpointError, DatasetError, RunError } from '../../shared/errors.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import type { RunRecord, RunSummary } from '../../shared/run.ts'
import { fingerprint, openIndex, type DatasetIndex } from '../data/index.ts'
import { switchesInEffect } from '../machine.ts'
import { findCheckpoint, pruneCheckpoints, verifyCheckpoint, writeCheckpoint, type SavedCheckpoint } from '../run-folder/checkpoint-folder.ts'
import { RunWriter } from '../run-folder/run-writer.ts'
import { tensorFlowVersion } from '../tensorflow/c-api/index.ts'
import { isDue, train, type Evaluated, type NextAction, type TrainingHooks, type TrainingResult, type TrainingStart } from '../training/train.ts'
import type { Throughput } from '../training/throughput.ts'
import type { TrainingControls } from './training-controls.ts'
import { openTrainingSession, type TrainingSession } from './training-session.ts'

export type Report = (progress: TrainerProgress) => void

/** Trains a run in its folder, from the start or from a checkpoint. What fails before the first step leaves no file. */
export async function trainRun(request: TrainRequest, report: Report, controls: TrainingControls): Promise<TrainOutcome> {
  const began = performance.now()
  const checkpoint = await resumeFrom(request)
  const index = await openIndex(request.dataset.root, request.cacheFolder, (done, total) => {
    if (controls.wanted === 'stop') throw new Stopped()
    report({ phase: 'checking', done, total })
  }).catch(ignoreStopped)
  if (!index || controls.wanted === 'stop') return { status: 'stopped', step: checkpoint?.manifest.step ?? 0 }
  report({ phase: 'preparing', message: `Building ${request.recipe.model.architecture}` })
  const session = await openTrainingSession(request.recipe, index)
  try {
    checkFits(session, checkpoint, request.recipe)
    if (checkpoint) checkSameImages(request.runFolder, index)
    await session.start(checkpoint?.manifest.step ?? 0, checkpoint?.prefix)
    const run = new Run(request, session, index, report, checkpoint)
    return await run.train(controls, began)
  } finally {
    session.dispose()
    controls.ended()
  }
}

/** A stop that came in the middle of something that can be done again. */
class Stopped extends Error {}

function ignoreStopped(error: unknown): undefined {
  if (!(error instanceof Stopped)) throw error
}

async function resumeFrom({ resume, runFolder }: TrainRequest): Promise<SavedCheckpoint | undefined> {
  if (!resume) return undefined
  const checkpoint = findCheckpoint(join(runFolder, 'checkpoints'), resume.checkpoint ?? 'last')
  await verifyCheckpoint(checkpoint)
  return checkpoint
}

/** A checkpoint of another network must not be read into this one. */
function checkFits({ tensors, plan }: TrainingSession, checkpoint: SavedCheckpoint | undefined, { run }: Recipe): void {
  if (!checkpoint) return
  const { step, position, seed } = checkpoint.manifest
  if (seed !== run.seed || position !== step * plan.batchSize)
    throw new RunError(`The recipe.json of the run was changed since ${checkpoint.name} (its seed or batch size); restore it, or start a new run with the changed recipe.`)
  const saved = new Map(checkpoint.manifest.tensors.map(({ name, shape }) => [name, shape.join()]))
  const other = tensors.find(({ name, shape }) => saved.get(name) !== shape.join())
  if (other) throw new CheckpointError(`${checkpoint.name} has no "${other.name}" of shape [${other.shape.join()}]: it belongs to another network or dataset; resume with the recipe and dataset it was made with.`)
  if (checkpoint.manifest.step >= plan.totalSteps)
    throw new RunError(`The run has already done its ${plan.totalSteps} steps; start a new one to train further.`)
}

/** Other images under the same positions would make it another run. */
function checkSameImages(runFolder: string, { root, classes, splits }: DatasetIndex): void {
  const before = readRecord(runFolder)?.dataset
  if (!before || (before.fingerprint === fingerprint(splits) && before.classes.join('\n') === classes.join('\n'))) return
  throw new DatasetError(`The images in ${root} are not those that the run was started with; restore them to resume it, or start a new run on what is there now.`)
}

/** One start of a run: its folder, and what it tells of itself meanwhile. */
class Run {
  readonly #writer: RunWriter
  #last: Evaluated | undefined
  #best: { top1: number; step: number } | undefined
  #paused = false
  #scale: number
  #step: number
  #began = 0

  constructor(
    private readonly request: TrainRequest,
    private readonly session: TrainingSession,
    private readonly index: DatasetIndex,
    private readonly report: Report,
    private readonly checkpoint: SavedCheckpoint | undefined,
  ) {
    this.#writer = new RunWriter(request.runFolder, this.#firstRecord(), request.recipe)
    const { record } = this.#writer
    this.#step = record.step
    this.#scale = checkpoint?.manifest.learningRateScale ?? 1
    this.#recall()
    this.#writer.event(checkpoint ? 'resumed' : 'started', record.step, checkpoint ? `Resumed from ${checkpoint.name}` : 'Started')
    this.#warnOfUnreadable()
  }

  async train(controls: TrainingControls, began: number): Promise<TrainOutcome> {
    try {
      this.#began = began
      const result = await train(this.session.step, this.session.plan, this.#hooks(controls), this.#start())
      controls.take()
      controls.saved()
      return this.#finish(result)
    } catch (error) {
      this.#fail(error)
      throw error
    }
  }

  #hooks(controls: TrainingControls): TrainingHooks {
    const { plan } = this.session
    return {
      next: (step) => this.#next(controls, step),
      learningRateScale: () => this.#scaleOf(controls),
      onStep: (step) => {
        const epoch = Math.min(plan.epochs, Math.floor((step.step - 1) / plan.stepsPerEpoch) + 1)
        this.#step = step.step
        this.report({ phase: 'training', ...step, epoch, totalSteps: plan.totalSteps, epochs: plan.epochs })
      },
      onMetrics: ({ step, values }) => this.#writer.metrics('train', step, step / plan.stepsPerEpoch, values),
      evaluate: (step, throughput) => this.#evaluate(step, throughput, controls),
      checkpoint: (step, evaluated) => this.#save(step, evaluated),
    }
  }

  /** Between two steps: waits while training is paused. */
  async #next(controls: TrainingControls, step: number): Promise<NextAction> {
    controls.saved()
    for (;;) {
      const { wanted } = controls
      if (wanted !== 'wait') {
        if (wanted === 'step') this.#setPaused(false, step)
        if (wanted === 'checkpoint') controls.take()
        return wanted
      }
      this.#setPaused(true, step)
      await controls.change()
    }
  }

  #setPaused(paused: boolean, step: number): void {
    if (paused === this.#paused) return
    this.#paused = paused
    this.#writer.event(paused ? 'paused' : 'continued', step, paused ? 'Paused on request' : 'Continued on request')
    if (paused) this.report({ phase: 'paused', step })
  }

  #scaleOf(controls: TrainingControls): number {
    const scale = controls.learningRateScale(this.#scale)
    if (scale !== this.#scale) this.#writer.event('learning-rate', this.#step, `Learning rate: ${scale} times the schedule's`)
    return (this.#scale = scale)
  }

  /** A checkpoint at the end of an epoch that should have been evaluated, and was not, is where a stop cut that short. */
  #start(): TrainingStart {
    const { step } = this.#writer.record
    const { plan } = this.session
    const due = step > 0 && step % plan.stepsPerEpoch === 0 && isDue(plan, step, plan.evaluateEvery)
    return { step, evaluated: !due || this.checkpoint?.manifest.metrics !== undefined }
  }

  async #evaluate(step: number, throughput: Throughput, controls: TrainingControls): Promise<Evaluated | undefined> {
    const result = await this.session
      .evaluate((done, total) => {
        if (done < total && controls.wanted === 'stop') throw new Stopped()
        this.report({ phase: 'evaluating', done, total })
      })
      .catch(ignoreStopped)
    if (!result) return undefined
    const { top1, top5, loss } = result
    if (!Number.isFinite(loss)) return { top1, top5, loss }
    const epoch = step / this.session.plan.stepsPerEpoch
    this.#remember(step, { top1, top5, loss })
    this.#writer.metrics('val', step, epoch, { top1, top5, loss })
    const summary = this.#summary(throughput)
    if (summary) this.#writer.update({ summary })
    this.report({ phase: 'evaluated', epoch, top1, top5, loss })
    return { top1, top5, loss }
  }

  #remember(step: number, evaluated: Evaluated): void {
    this.#last = evaluated
    if (!this.#best || evaluated.top1 >= this.#best.top1) this.#best = { top1: evaluated.top1, step }
  }

  /** The evaluations before the checkpoint that the run goes on from. */
  #recall(): void {
    for (const { split, step, values } of this.#writer.readMetrics())
      if (split === 'val') this.#remember(step, { top1: values.top1 ?? 0, top5: values.top5 ?? 0, loss: values.loss ?? 0 })
  }

  async #save(step: number, metrics?: Evaluated): Promise<void> {
    const { recipe } = this.request
    const facts = {
      step,
      epoch: step / this.session.plan.stepsPerEpoch,
      position: step * recipe.data.batchSize,
      seed: recipe.run.seed,
      ...(this.#scale !== 1 && { learningRateScale: this.#scale }),
      tensors: this.session.tensors,
      ...(metrics && { metrics }),
    }
    const saved = await writeCheckpoint(this.#writer.checkpoints, facts, (prefix) => this.session.save(prefix, step))
    pruneCheckpoints(this.#writer.checkpoints, recipe.run.keepCheckpoints)
    this.#writer.update({ step, epoch: facts.epoch })
    this.#writer.event('checkpoint', step, `Saved ${saved.name}`)
    this.report({ phase: 'checkpoint', step })
  }

  #summary(throughput: Throughput): RunSummary | undefined {
    return (
      this.#last && {
        ...this.#last,
        bestTop1: this.#best!.top1,
        bestStep: this.#best!.step,
        imagesPerSecond: throughput.mean,
        seconds: (performance.now() - this.#began) / 1000,
        dataWait: throughput.dataWait,
      }
    )
  }

  #finish({ status, step, throughput }: TrainingResult): TrainOutcome {
    const summary = this.#summary(throughput)
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
      dataset: { ...dataset, classes: this.index.classes, fingerprint: fingerprint(this.index.splits) },
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

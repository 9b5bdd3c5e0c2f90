import type { TrainOutcome, TrainRequest } from '../../shared/contract/trainer.ts'
import type { RunRecord, RunSpeed } from '../../shared/run-folder/record.ts'
import {
  goBackBefore,
  pruneCheckpoints,
  writeCheckpoint,
  type SavedCheckpoint,
} from '../checkpoints/checkpoint-folder.ts'
import type { DatasetIndex } from '../dataset/index.ts'
import type { Throughput } from '../training/throughput.ts'
import {
  train,
  type EvaluationEnd,
  type NextAction,
  type StepReport,
  type LoopHooks,
  type MeanMetrics,
  type LoopStart,
} from '../training/train.ts'
import { identityOf } from '../run-folder/verify-run.ts'
import { isEvaluated } from './run-record.ts'
import { measureValidation } from './keep-validation.ts'
import { RunJournal } from './run-journal.ts'
import type { Report } from './report.ts'
import { ignoreStopped, Stopped, type RunControls } from './run-controls.ts'
import type { TrainingSession } from './training-session.ts'

interface RunParts {
  readonly request: TrainRequest
  /** Started, and from now on the run's to dispose. */
  readonly session: TrainingSession
  readonly record: RunRecord
  readonly report: Report
  readonly controls: RunControls
  /** Where it goes on. */
  readonly checkpoint: SavedCheckpoint | undefined
  readonly index: DatasetIndex
  /** What else is to be told before the first step. */
  readonly warnings: readonly string[]
  /** What a run that is made longer does from now on. */
  readonly extension?: string | undefined
}

/** One start of a run: answers what training asks for, from its session, its folder and what its host wants. */
export class RunHooks implements LoopHooks {
  readonly #parts: RunParts
  readonly #journal: RunJournal
  #paused = false
  /** What the schedule's learning rate is multiplied by. */
  #scale: number
  #rollBacks: number
  #step: number
  #began = 0

  constructor(parts: RunParts) {
    const { request, record, checkpoint, index, session } = parts
    const { unreadable } = index
    this.#parts = parts
    this.#journal = new RunJournal(request, record, session.plan.stepsPerEpoch, parts.report)
    this.#step = record.step
    this.#scale = checkpoint?.manifest.learningRateScale ?? 1
    this.#rollBacks = checkpoint?.manifest.rollBacks ?? 0
    this.#journal.writer.event(
      checkpoint ? 'resumed' : 'started',
      record.step,
      checkpoint ? `Resumed from ${checkpoint.name}` : 'Started',
    )
    if (parts.extension !== undefined) this.#journal.writer.event('extended', record.step, parts.extension)
    const { leftOut, setAside } = this.#journal.writer
    for (const warning of [...leftOut, ...(setAside === undefined ? [] : [setAside]), ...parts.warnings])
      this.#journal.warn('warning', record.step, warning)
    if (unreadable.length > 0)
      this.#journal.warn(
        'warning',
        record.step,
        `${unreadable.length} unreadable images are left out, the first of them ${unreadable[0]!.file} (${unreadable[0]!.reason}); "anneal datasets check" lists all.`,
      )
  }

  /** @param began when the work on this start began, on the clock of `performance` */
  async train(began: number): Promise<TrainOutcome> {
    const { session, controls, request } = this.#parts
    this.#began = began
    // So that there is always something to go back to.
    if (request.recipe.run.onDivergence === 'roll-back' && this.#step === 0) await this.checkpoint(0)
    const { status, step, throughput } = await train(session.step, session.plan, this, this.#start())
    controls.take()
    controls.saved()
    const speed = this.#speed(throughput)
    const summary = this.#journal.ended(status, step, speed)
    return { status, step, speed, ...(summary && { summary }) }
  }

  /** Writes why the run failed, unless its folder belongs to another trainer now. */
  fail(error: unknown): void {
    if (error !== this.#parts.controls.aborted) this.#journal.failed(error)
  }

  dispose(): void {
    this.#parts.session.dispose()
  }

  /** Between two steps: waits while training is paused. */
  async next(step: number): Promise<NextAction> {
    const { controls } = this.#parts
    controls.saved()
    for (;;) {
      const { wanted } = controls
      if (wanted !== 'wait') {
        if (wanted === 'step') this.#setPaused(false, step)
        if (wanted === 'checkpoint') controls.take()
        return wanted === 'step' && this.#isEnough() ? 'finish' : wanted
      }
      this.#setPaused(true, step)
      await controls.change()
    }
  }

  learningRateScale(): number {
    const scale = this.#parts.controls.learningRateScale(this.#scale)
    if (scale !== this.#scale)
      this.#journal.writer.event('learning-rate', this.#step, `Learning rate: ${scale} times the schedule's`)
    return (this.#scale = scale)
  }

  onStep(report: StepReport): void {
    const { plan } = this.#parts.session
    this.#step = report.step
    if (report.skipped)
      this.#journal.writer.event(
        'skipped',
        report.step,
        `Step ${report.step} changed no weight: a gradient was infinite or not a number at a loss scale of ${report.lossScale}`,
      )
    const epoch = Math.min(plan.epochs, Math.floor((report.step - 1) / plan.stepsPerEpoch) + 1)
    this.#parts.report({ phase: 'training', ...report, epoch, totalSteps: plan.totalSteps, epochs: plan.epochs })
  }

  onMetrics(metrics: MeanMetrics): void {
    this.#journal.metrics(metrics)
  }

  async evaluate(step: number, throughput: Throughput): Promise<EvaluationEnd> {
    const { session, index, controls, report } = this.#parts
    const { runFolder } = this.#parts.request
    const result = await measureValidation(session, index, { runFolder, step }, (done, total) => {
      if (done < total && controls.wanted === 'stop') throw new Stopped()
      report({ phase: 'evaluating', done, total })
    }).catch(ignoreStopped)
    if (!result) return 'cut-short'
    const { loss, notFinite = 0, unsaved } = result
    if (loss === null || notFinite > 0) return 'diverged'
    if (unsaved !== undefined) this.#journal.warn('warning', step, `This validation was not kept. ${unsaved}`)
    const isBest = this.#journal.evaluated(step, { ...result, loss })
    this.#journal.writer.update({ summary: this.#journal.summary(this.#speed(throughput)) })
    return isBest ? 'best' : 'not-best'
  }

  async checkpoint(step: number): Promise<void> {
    const { session, request } = this.#parts
    const { run } = request.recipe
    const { checkpoints, record } = this.#journal.writer
    const { last } = this.#journal.evaluations
    const facts = {
      step,
      epoch: step / session.plan.stepsPerEpoch,
      position: step * session.plan.batchSize,
      seed: run.seed,
      ...(this.#scale !== 1 && { learningRateScale: this.#scale }),
      ...(this.#rollBacks > 0 && { rollBacks: this.#rollBacks }),
      recipe: request.recipe,
      run: identityOf(record),
      tensors: session.tensors,
      ...(last?.step === step && { metrics: { top1: last.top1, top5: last.top5, loss: last.loss } }),
      bestMetric: run.bestMetric,
    }
    const saved = await writeCheckpoint(checkpoints, facts, (prefix) => session.save(prefix, step))
    pruneCheckpoints(checkpoints, run.keepCheckpoints)
    this.#journal.checkpoint(step, saved.name)
  }

  /**
   * A checkpoint whose own weights give a loss that is not finite is not a good one: another rate changes nothing of
   * that. So the newest one before it is taken, and its manifest says how training goes on, in case it ends there.
   */
  async rollBack(step: number): Promise<number | undefined> {
    const { session, request, controls } = this.#parts
    const { onDivergence, rollBacks, rollBackFactor } = request.recipe.run
    if (onDivergence === 'stop' || this.#rollBacks >= rollBacks) return undefined
    const scale = this.#scale * rollBackFactor
    const checkpoint = await goBackBefore(this.#journal.writer.checkpoints, step, {
      learningRateScale: scale,
      rollBacks: this.#rollBacks + 1,
    })
    if (!checkpoint) return undefined
    this.#step = checkpoint.manifest.step
    await session.start(this.#step, checkpoint.prefix)
    this.#rollBacks += 1
    this.#scale = scale
    controls.scaleLearningRate(scale)
    this.#journal.goBack(this.#step)
    this.#journal.warn(
      'rolled-back',
      this.#step,
      `The loss became infinite or not a number after step ${step}: back to ${checkpoint.name}, with ${scale} times the schedule's learning rate.`,
    )
    return this.#step
  }

  #setPaused(paused: boolean, step: number): void {
    if (paused === this.#paused) return
    this.#paused = paused
    this.#journal.writer.event(
      paused ? 'paused' : 'continued',
      step,
      paused ? 'Paused on request' : 'Continued on request',
    )
    if (paused) this.#parts.report({ phase: 'paused', step })
  }

  #isEnough(): boolean {
    const { earlyStopping, bestMetric } = this.#parts.request.recipe.run
    const { writer, evaluations } = this.#journal
    if (earlyStopping === 0 || evaluations.sinceBest < earlyStopping) return false
    writer.event(
      'early-stopping',
      this.#step,
      `${bestMetric} has not improved in ${evaluations.sinceBest} evaluations; the best is that after step ${evaluations.best!.step}`,
    )
    return true
  }

  /** An evaluation that a stop has cut short is made up for first. */
  #start(): LoopStart {
    const { session, checkpoint, record } = this.#parts
    return { step: record.step, evaluated: !checkpoint || isEvaluated(session.plan, checkpoint.manifest) }
  }

  #speed({ mean, dataWait }: Throughput): RunSpeed {
    return { imagesPerSecond: mean, seconds: (performance.now() - this.#began) / 1000, dataWait }
  }
}

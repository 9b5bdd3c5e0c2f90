import { DivergedError } from '../../shared/errors.ts'
import { MetricsMean } from './metrics-mean.ts'
import type { TrainingPlan } from './plan.ts'
import { Throughput } from './throughput.ts'
import type { StepResult, TrainStep } from './train-step.ts'

/** What an evaluation yields: means over the validation split. */
export interface Evaluated {
  readonly top1: number
  readonly top5: number
  readonly loss: number
}

/** What training reports after each step. */
export interface StepReport extends StepResult {
  /** Steps done, this one included. */
  readonly step: number
  readonly learningRate: number
  readonly imagesPerSecond: number
  readonly secondsLeft: number
}

/** Mean training metrics since the last record. */
export interface TrainingMetrics {
  readonly step: number
  readonly values: Readonly<Record<string, number>>
}

/** What training asks of its surroundings: it knows neither disk nor processes itself. */
export interface TrainingHooks {
  onStep(report: StepReport): void
  onMetrics(metrics: TrainingMetrics): void
  /** Evaluates the weights as they are after `step` steps. */
  evaluate(step: number): Promise<Evaluated>
  /** Saves everything that resuming after `step` steps needs. */
  checkpoint(step: number, evaluated?: Evaluated): Promise<void>
  /** Asked after each step; true ends training after a checkpoint. */
  stopRequested(): boolean
}

export interface TrainingResult {
  readonly status: 'finished' | 'stopped'
  readonly step: number
  readonly throughput: Throughput
}

/**
 * Trains from a step to the end of the plan. Throws `DivergedError` when the loss is no longer finite; what
 * was saved before stays.
 */
export async function train(step: TrainStep, plan: TrainingPlan, hooks: TrainingHooks, startStep = 0): Promise<TrainingResult> {
  const throughput = new Throughput()
  const mean = new MetricsMean()
  let saved = startStep
  let done = startStep

  while (done < plan.totalSteps && !hooks.stopRequested()) {
    const learningRate = plan.learningRate(done)
    const started = performance.now()
    const result = await step(learningRate, done)
    throughput.add(plan.batchSize, (performance.now() - started) / 1000, result.dataWait)
    done += 1
    if (!Number.isFinite(result.loss)) throw diverged(done)

    mean.add(result)
    hooks.onStep({ ...result, step: done, learningRate, imagesPerSecond: throughput.recent, secondsLeft: throughput.secondsFor(plan.totalSteps - done, plan) })
    if (isLogDue()) hooks.onMetrics({ step: done, values: { ...mean.take(), learningRate, imagesPerSecond: throughput.recent } })
    if (isEpochEnd()) await endEpoch()
  }

  if (saved < done) await hooks.checkpoint(done)
  return { status: done < plan.totalSteps ? 'stopped' : 'finished', step: done, throughput }

  async function endEpoch(): Promise<void> {
    const pause = performance.now()
    const evaluated = isDue(plan.evaluateEvery) ? await hooks.evaluate(done) : undefined
    if (isDue(plan.checkpointEvery)) {
      await hooks.checkpoint(done, evaluated)
      saved = done
    }
    throughput.addEpochEnd((performance.now() - pause) / 1000)
  }

  function isEpochEnd(): boolean {
    return done % plan.stepsPerEpoch === 0
  }

  function isLogDue(): boolean {
    return done % plan.logEvery === 0 || isEpochEnd() || hooks.stopRequested()
  }

  function isDue(everyEpochs: number): boolean {
    return done === plan.totalSteps || (done / plan.stepsPerEpoch) % everyEpochs === 0
  }
}

const diverged = (step: number) =>
  new DivergedError(
    `The loss became infinite or not a number at step ${step}; resume from the last checkpoint with a lower schedule.learningRate, or train anew with one.`,
  )

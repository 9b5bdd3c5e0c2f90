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
  /** Evaluates the weights as they are after `step` steps; nothing comes of one that a stop has cut short. */
  evaluate(step: number, throughput: Throughput): Promise<Evaluated | undefined>
  /** Saves everything that resuming after `step` steps needs. */
  checkpoint(step: number, evaluated?: Evaluated): Promise<void>
  /** Asked before each step: what is to be done now. Waits while training is paused. */
  next(step: number): Promise<NextAction>
  /** What the schedule's learning rate is multiplied by in the next step. */
  learningRateScale(): number
}

/** `stop` ends training after a checkpoint; `checkpoint` saves one and goes on. */
export type NextAction = 'step' | 'checkpoint' | 'stop'

export interface TrainingResult {
  readonly status: 'finished' | 'stopped'
  readonly step: number
  readonly throughput: Throughput
}

/** Where training begins. */
export interface TrainingStart {
  /** Steps done before. */
  readonly step: number
  /** False where an epoch ends here and a stop has cut its evaluation short: it is made up for first. */
  readonly evaluated: boolean
}

/**
 * Trains from a step to the end of the plan. Throws `DivergedError` when the loss is no longer finite; what
 * was saved before stays.
 */
export async function train(step: TrainStep, plan: TrainingPlan, hooks: TrainingHooks, start: TrainingStart = { step: 0, evaluated: true }): Promise<TrainingResult> {
  const throughput = new Throughput()
  const mean = new MetricsMean()
  let saved = start.evaluated ? start.step : -1
  let done = start.step
  let learningRate = 0

  const log = () => mean.steps > 0 && hooks.onMetrics({ step: done, values: { ...mean.take(), learningRate, imagesPerSecond: throughput.recent } })

  if (!start.evaluated) await endEpoch()

  while (done < plan.totalSteps) {
    const action = await hooks.next(done)
    if (action === 'stop') break
    await (action === 'checkpoint' ? save() : trainStep())
  }

  await save()
  return { status: done < plan.totalSteps ? 'stopped' : 'finished', step: done, throughput }

  async function trainStep(): Promise<void> {
    learningRate = plan.learningRate(done) * hooks.learningRateScale()
    const result = await timed(throughput, plan.batchSize, () => step(learningRate, done))
    done += 1
    if (!Number.isFinite(result.loss)) throw diverged(done)

    mean.add(result)
    hooks.onStep({ ...result, step: done, learningRate, imagesPerSecond: throughput.recent, secondsLeft: throughput.secondsFor(plan.totalSteps - done, plan) })
    if (done % plan.logEvery === 0 || done % plan.stepsPerEpoch === 0) log()
    if (done % plan.stepsPerEpoch === 0) await endEpoch()
  }

  async function endEpoch(): Promise<void> {
    const pause = performance.now()
    const evaluated = isDue(plan, done, plan.evaluateEvery) ? await hooks.evaluate(done, throughput) : undefined
    if (evaluated && !Number.isFinite(evaluated.loss)) throw diverged(done)
    if (isDue(plan, done, plan.checkpointEvery)) await save(evaluated)
    throughput.addEpochEnd((performance.now() - pause) / 1000)
  }

  /** Once a step. What was not logged yet comes first, so that a run that is resumed from here lacks no record. */
  async function save(evaluated?: Evaluated): Promise<void> {
    log()
    if (saved < done) await hooks.checkpoint(done, evaluated)
    saved = done
  }
}

async function timed(throughput: Throughput, images: number, step: () => Promise<StepResult>): Promise<StepResult> {
  const started = performance.now()
  const result = await step()
  throughput.add(images, (performance.now() - started) / 1000, result.dataWait)
  return result
}

/** Something that is done every so many epochs, and at the end. */
export const isDue = (plan: TrainingPlan, done: number, everyEpochs: number) => done === plan.totalSteps || (done / plan.stepsPerEpoch) % everyEpochs === 0

const diverged = (step: number) =>
  new DivergedError(
    `The loss became infinite or not a number at step ${step}; start a new run with a lower schedule.learningRate or a longer warm-up.`,
  )

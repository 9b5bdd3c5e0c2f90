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
  evaluate(step: number, throughput: Throughput): Promise<EvaluationEnd>
  /** Saves everything that resuming after `step` steps needs. */
  checkpoint(step: number): Promise<void>
  /**
   * The loss of the weights after `step` steps is not finite: goes back to the state after fewer steps, and yields
   * their number; or nothing, where training is to end.
   */
  rollBack(step: number): Promise<number | undefined>
  /** Asked before each step: what is to be done now. Waits while training is paused. */
  next(step: number): Promise<NextAction>
  /** What the schedule's learning rate is multiplied by in the next step. */
  learningRateScale(): number
}

/** How an evaluation ended. `best`: better than all before; `cut-short`: a stop came in between. */
export type EvaluationEnd = 'best' | 'not-best' | 'diverged' | 'cut-short'

/** `stop` and `finish` end training after a checkpoint, to be resumed or for good; `checkpoint` saves one and goes on. */
export type NextAction = 'step' | 'checkpoint' | 'stop' | 'finish'

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
 * Trains from a step to the end of the plan. Throws `DivergedError` when the loss is no longer finite and there is no
 * going back; what was saved before stays.
 */
export async function train(step: TrainStep, plan: TrainingPlan, hooks: TrainingHooks, start: TrainingStart = { step: 0, evaluated: true }): Promise<TrainingResult> {
  const throughput = new Throughput()
  const mean = new MetricsMean()
  let saved = start.evaluated ? start.step : -1
  let done = start.step
  let learningRate = 0
  let action: NextAction = 'step'

  const log = () => mean.steps > 0 && hooks.onMetrics({ step: done, values: { ...mean.take(), learningRate, imagesPerSecond: throughput.recent } })

  if (!start.evaluated) await endEpoch()

  while (done < plan.totalSteps) {
    action = await hooks.next(done)
    if (action === 'stop' || action === 'finish') break
    await (action === 'checkpoint' ? save() : trainStep())
  }

  await save()
  return { status: action === 'stop' ? 'stopped' : 'finished', step: done, throughput }

  async function trainStep(): Promise<void> {
    learningRate = plan.learningRate(done) * hooks.learningRateScale()
    const result = await timed(throughput, plan.batchSize, () => step(learningRate, done))
    if (!Number.isFinite(result.loss)) return goBack(`at step ${done + 1}`)
    done += 1

    mean.add(result)
    hooks.onStep({ ...result, step: done, learningRate, imagesPerSecond: throughput.recent, secondsLeft: throughput.secondsFor(plan.totalSteps - done, plan) })
    if (done % plan.logEvery === 0 || isEpochEnd(plan, done)) log()
    if (isEpochEnd(plan, done)) await endEpoch()
  }

  async function endEpoch(): Promise<void> {
    const pause = performance.now()
    const evaluation = isDue(plan, done, plan.evaluateEvery) ? await hooks.evaluate(done, throughput) : 'not-best'
    if (evaluation === 'diverged') return goBack(`in the evaluation after step ${done}`)
    if (evaluation === 'best' || isDue(plan, done, plan.checkpointEvery)) await save()
    throughput.addEpochEnd((performance.now() - pause) / 1000)
  }

  async function goBack(when: string): Promise<void> {
    const earlier = await hooks.rollBack(done)
    if (earlier === undefined) throw diverged(when)
    mean.discard()
    done = saved = earlier
  }

  /** Once a step. What was not logged yet comes first, so that a run that is resumed from here lacks no record. */
  async function save(): Promise<void> {
    log()
    if (saved < done) await hooks.checkpoint(done)
    saved = done
  }
}

async function timed(throughput: Throughput, images: number, step: () => Promise<StepResult>): Promise<StepResult> {
  const started = performance.now()
  const result = await step()
  throughput.add(images, (performance.now() - started) / 1000, result.dataWait)
  return result
}

/** The last epoch may be cut short. */
export const isEpochEnd = ({ stepsPerEpoch, totalSteps }: TrainingPlan, done: number) => done % stepsPerEpoch === 0 || done === totalSteps

/** Something that is done every so many epochs, and at the end; or never, where that is 0. */
export const isDue = (plan: TrainingPlan, done: number, everyEpochs: number) =>
  everyEpochs > 0 && (done === plan.totalSteps || (done / plan.stepsPerEpoch) % everyEpochs === 0)

const diverged = (when: string) =>
  new DivergedError(`The loss became infinite or not a number ${when}; start a new run with a lower schedule.learningRate or a longer warm-up.`)

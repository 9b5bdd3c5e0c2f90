import { DivergedError } from '../../shared/errors.ts'
import { MetricsMean } from './metrics-mean.ts'
import type { TrainPlan } from './plan.ts'
import { Throughput } from './throughput.ts'
import type { StepResult, TrainStep } from './train-step.ts'

/** What an evaluation yields: means over the validation split. */
export interface Evaluated {
  readonly top1: number
  readonly top5: number
  readonly loss: number
}

/** More than a dynamic loss scale takes from its highest start down to 1. */
const MOST_SKIPPED = 100

/** What training reports after each step. */
export interface StepReport extends StepResult {
  /** Steps done, this one included. */
  readonly step: number
  readonly learningRate: number
  readonly imagesPerSecond: number
  readonly secondsLeft: number
}

/** Mean training metrics since the last record. */
export interface MeanMetrics {
  readonly step: number
  readonly values: Readonly<Record<string, number>>
}

/** What training asks of its surroundings: it knows neither disk nor processes itself. */
export interface LoopHooks {
  onStep(report: StepReport): void
  onMetrics(metrics: MeanMetrics): void
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

export interface LoopResult {
  readonly status: 'finished' | 'stopped'
  readonly step: number
  readonly throughput: Throughput
}

/** Where training begins. */
export interface LoopStart {
  /** Steps done before. */
  readonly step: number
  /** False where an epoch ends here and a stop has cut its evaluation short: it is made up for first. */
  readonly evaluated: boolean
}

/**
 * Trains from a step to the end of the plan. Throws `DivergedError` when the loss is no longer finite, or the gradients stay so, and there is no
 * going back; what was saved before stays.
 */
export const train = (
  step: TrainStep,
  plan: TrainPlan,
  hooks: LoopHooks,
  start: LoopStart = { step: 0, evaluated: true },
): Promise<LoopResult> => new Loop(step, plan, hooks, start).run()

class Loop {
  readonly #throughput = new Throughput()
  readonly #mean = new MetricsMean()
  /** Steps. */
  #done: number
  #saved: number
  #learningRate = 0
  /** Steps in a row that changed nothing, for a gradient that was not finite. */
  #skipped = 0
  /** A stop came in the middle of an evaluation, which is made up for when the run is resumed. */
  #isCutShort = false

  constructor(
    private readonly step: TrainStep,
    private readonly plan: TrainPlan,
    private readonly hooks: LoopHooks,
    private readonly start: LoopStart,
  ) {
    this.#done = start.step
    this.#saved = start.evaluated ? start.step : -1
  }

  async run(): Promise<LoopResult> {
    let action: NextAction = 'step'
    if (!this.start.evaluated) await this.#endEpoch()

    while (this.#done < this.plan.totalSteps && !this.#isCutShort) {
      action = await this.hooks.next(this.#done)
      if (action === 'stop' || action === 'finish') break
      await (action === 'checkpoint' ? this.#save() : this.#trainStep())
    }

    await this.#save()
    const isStopped = action === 'stop' || this.#isCutShort
    return { status: isStopped ? 'stopped' : 'finished', step: this.#done, throughput: this.#throughput }
  }

  async #trainStep(): Promise<void> {
    const { plan, hooks } = this
    this.#learningRate = plan.learningRate(this.#done) * hooks.learningRateScale()
    const result = await timed(this.#throughput, plan.batchSize, () => this.step(this.#learningRate, this.#done))
    if (!Number.isFinite(result.loss)) return this.#goBack(diverged(`at step ${this.#done + 1}`))
    this.#skipped = result.skipped ? this.#skipped + 1 : 0
    if (this.#skipped === MOST_SKIPPED) return this.#goBack(stuck(this.#done + 1))
    this.#done += 1

    this.#mean.add(result)
    hooks.onStep({
      ...result,
      step: this.#done,
      learningRate: this.#learningRate,
      ...pace(this.#throughput, plan, this.#done),
    })
    if (this.#done % plan.logEvery === 0) this.#log()
    if (isEpochEnd(plan, this.#done)) await this.#endEpoch()
  }

  async #endEpoch(): Promise<void> {
    this.#log()
    const began = performance.now()
    const evaluation = isDue(this.plan, this.#done, this.plan.evaluateEvery)
      ? await this.hooks.evaluate(this.#done, this.#throughput)
      : 'not-best'
    this.#isCutShort = evaluation === 'cut-short'
    if (evaluation === 'diverged') return this.#goBack(diverged(`in the evaluation after step ${this.#done}`))
    if (evaluation === 'best' || isDue(this.plan, this.#done, this.plan.checkpointEvery)) await this.#save()
    this.#throughput.addEpochEnd((performance.now() - began) / 1000)
  }

  async #goBack(why: DivergedError): Promise<void> {
    const earlier = await this.hooks.rollBack(this.#done)
    if (earlier === undefined) throw why
    this.#mean.discard()
    this.#skipped = 0
    this.#done = this.#saved = earlier
  }

  /** The mean of the steps since the last record, where there are any. */
  #log(): void {
    if (this.#mean.steps === 0) return
    this.hooks.onMetrics({
      step: this.#done,
      values: { ...this.#mean.take(), learningRate: this.#learningRate, imagesPerSecond: this.#throughput.recent },
    })
  }

  /** Once a step. What was not logged yet comes first, so that a run that is resumed from here lacks no record. */
  async #save(): Promise<void> {
    this.#log()
    if (this.#saved < this.#done) await this.hooks.checkpoint(this.#done)
    this.#saved = this.#done
  }
}

const pace = (throughput: Throughput, plan: TrainPlan, done: number) => ({
  imagesPerSecond: throughput.recent,
  secondsLeft: throughput.secondsFor(plan.totalSteps - done, plan),
})

async function timed(throughput: Throughput, images: number, step: () => Promise<StepResult>): Promise<StepResult> {
  const started = performance.now()
  const result = await step()
  throughput.add(images, (performance.now() - started) / 1000, result.dataWait)
  return result
}

/** The last epoch may be cut short. */
export const isEpochEnd = ({ stepsPerEpoch, totalSteps }: TrainPlan, done: number) =>
  done % stepsPerEpoch === 0 || done === totalSteps

/** Something that is done every so many epochs, and at the end; or never, where that is 0. */
export const isDue = (plan: TrainPlan, done: number, everyEpochs: number) =>
  everyEpochs > 0 && (done === plan.totalSteps || (done / plan.stepsPerEpoch) % everyEpochs === 0)

const stuck = (step: number) =>
  new DivergedError(
    `The gradients were infinite or not a number in ${MOST_SKIPPED} steps in a row, up to step ${step}, so that nothing was learned; start a new run with a lower schedule.learningRate, or a lower precision.lossScale where that is not 0.`,
  )

const diverged = (when: string) =>
  new DivergedError(
    `The loss became infinite or not a number ${when}; start a new run with a lower schedule.learningRate or a longer warm-up.`,
  )

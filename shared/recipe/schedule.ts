import { cosine, oneCycle, polynomial } from './decay.ts'
import type { Recipe } from './schema.ts'

type Schedule = Recipe['schedule']

/** What a schedule has to know of the run besides its recipe. */
export interface ScheduleContext {
  /** Images in one optimizer step, over all devices and accumulated batches. */
  readonly totalBatch: number
  /** Optimizer steps. */
  readonly stepsPerEpoch: number
}

/** The learning rate of a step, counted from 0. */
export type LearningRate = (step: number) => number

/** Optimizer steps in all: the recipe's own number, or that of its epochs. */
export const totalSteps = ({ steps, epochs }: Schedule, stepsPerEpoch: number): number =>
  steps || epochs * stepsPerEpoch

/** How long a run of a schedule is, in the unit that the recipe gives it in. */
export const scheduleLength = ({
  steps,
  epochs,
}: Schedule): { readonly count: number; readonly unit: 'step' | 'epoch' } =>
  steps > 0 ? { count: steps, unit: 'step' } : { count: epochs, unit: 'epoch' }

/** The highest rate that a schedule reaches: the recipe's, scaled linearly with the total batch (Goyal et al. 2017, arXiv 1706.02677). */
export const peakLearningRate = ({ learningRate, referenceBatch }: Schedule, totalBatch: number): number =>
  referenceBatch === 0 ? learningRate : (learningRate * totalBatch) / referenceBatch

/** Steps of the linear warm-up: none where the total batch is below the one it starts from, nor in one-cycle, which has its own rise. */
export function warmupSteps(
  { name, warmupFromBatch, warmupEpochs }: Schedule,
  { totalBatch, stepsPerEpoch }: ScheduleContext,
): number {
  return name === 'one-cycle' || totalBatch < warmupFromBatch ? 0 : Math.round(warmupEpochs * stepsPerEpoch)
}

/**
 * The rate of every step. Warm-up: step t of w has (t + 1) / w of the peak. After it, cosine and polynomial fall
 * over the steps that are left (see `decay.ts`); step: the peak times factor^(milestones passed).
 */
export function learningRateSchedule(schedule: Schedule, context: ScheduleContext): LearningRate {
  const peak = peakLearningRate(schedule, context.totalBatch)
  const warmup = warmupSteps(schedule, context)
  const after = decay(schedule, peak, warmup, context.stepsPerEpoch)
  return (step) => (step < warmup ? (peak * (step + 1)) / warmup : after(step))
}

function decay(schedule: Schedule, peak: number, warmup: number, stepsPerEpoch: number): LearningRate {
  const end = peak * schedule.finalLearningRate
  const total = totalSteps(schedule, stepsPerEpoch)
  const left = Math.max(1, total - warmup)
  const share = (step: number) => Math.min(step - warmup, left) / left
  switch (schedule.name) {
    case 'constant':
      return () => peak
    case 'step':
      return (step) =>
        peak * schedule.factor ** schedule.milestones.filter((epoch) => step >= epoch * stepsPerEpoch).length
    case 'cosine':
      return (step) => cosine(peak, end, share(step))
    case 'polynomial':
      return (step) => polynomial(schedule.power)(peak, end, share(step))
    case 'one-cycle':
      return (step) =>
        oneCycle(
          { start: peak * schedule.startShare, peak, end, riseShare: schedule.riseShare, totalSteps: total },
          step,
        )
  }
}

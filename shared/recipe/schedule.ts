import type { Recipe } from './schema.ts'

/** What a schedule has to know of the run besides its recipe. */
export interface ScheduleContext {
  /** Images in one optimizer step, over all devices. */
  readonly totalBatch: number
  readonly stepsPerEpoch: number
}

/** The batch that the recipe's learning rate is stated for (Goyal et al. 2017, arXiv 1706.02677). */
const REFERENCE_BATCH = 256

/** The learning rate of a step, counted from 0. */
export type LearningRate = (step: number) => number

/** The highest rate that a schedule reaches: the recipe's, scaled linearly with the total batch. */
export const peakLearningRate = (schedule: Recipe['schedule'], totalBatch: number): number =>
  (schedule.learningRate * totalBatch) / REFERENCE_BATCH

/** Steps of the linear warm-up: none where the total batch is below the one it starts from. */
export function warmupSteps(schedule: Recipe['schedule'], { totalBatch, stepsPerEpoch }: ScheduleContext): number {
  return totalBatch < schedule.warmupFromBatch ? 0 : Math.round(schedule.warmupEpochs * stepsPerEpoch)
}

/**
 * The rate of every step. Warm-up: step t of w has (t + 1) / w of the peak. After it, over the n steps left,
 * cosine: end + (peak - end) (1 + cos(pi t / n)) / 2 (arXiv 1608.03983, eq. 5, one cycle); step: the peak
 * times factor^(milestones passed).
 */
export function learningRateSchedule(schedule: Recipe['schedule'], context: ScheduleContext): LearningRate {
  const peak = peakLearningRate(schedule, context.totalBatch)
  const warmup = warmupSteps(schedule, context)
  const after = decay(schedule, peak, warmup, context.stepsPerEpoch)
  return (step) => (step < warmup ? (peak * (step + 1)) / warmup : after(step))
}

function decay(schedule: Recipe['schedule'], peak: number, warmup: number, stepsPerEpoch: number): LearningRate {
  switch (schedule.name) {
    case 'constant':
      return () => peak
    case 'step':
      return (step) => peak * schedule.factor ** schedule.milestones.filter((epoch) => step >= epoch * stepsPerEpoch).length
    case 'cosine': {
      const end = peak * schedule.finalLearningRate
      const steps = Math.max(1, schedule.epochs * stepsPerEpoch - warmup)
      return (step) => end + ((peak - end) * (1 + Math.cos((Math.PI * Math.min(step - warmup, steps)) / steps))) / 2
    }
  }
}

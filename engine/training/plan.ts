import { DatasetError } from '../../shared/errors.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { learningRateSchedule, totalSteps, type LearningRate } from '../../shared/recipe/schedule.ts'

/** What a recipe comes to on a dataset. A step is one of the optimizer, which takes `accumulate` batches. */
export interface TrainPlan {
  /** Images in a step. */
  readonly batchSize: number
  readonly stepsPerEpoch: number
  readonly totalSteps: number
  /** The last one may be cut short, where the recipe gives steps. */
  readonly epochs: number
  readonly learningRate: LearningRate
  /** In epochs; 0: never. */
  readonly evaluateEvery: number
  readonly checkpointEvery: number
  /** In steps. */
  readonly logEvery: number
}

/** Throws `DatasetError` where an epoch has too few batches for one step. */
export function planTraining({ data, optimizer, schedule, run }: Recipe, batchesPerEpoch: number): TrainPlan {
  const stepsPerEpoch = Math.floor(batchesPerEpoch / optimizer.accumulate)
  if (stepsPerEpoch === 0)
    throw new DatasetError(
      `A step takes ${optimizer.accumulate} batches of ${data.batchSize} images, but there are only ${batchesPerEpoch}: lower optimizer.accumulate or data.batchSize.`,
    )
  const batchSize = data.batchSize * optimizer.accumulate
  const steps = totalSteps(schedule, stepsPerEpoch)
  return {
    batchSize,
    stepsPerEpoch,
    totalSteps: steps,
    epochs: Math.ceil(steps / stepsPerEpoch),
    learningRate: learningRateSchedule(schedule, { totalBatch: batchSize, stepsPerEpoch }),
    evaluateEvery: run.evaluateEvery,
    checkpointEvery: run.checkpointEvery,
    logEvery: run.logEvery,
  }
}

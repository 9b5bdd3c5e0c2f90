import type { Recipe } from '../../shared/recipe/schema.ts'
import { learningRateSchedule, type LearningRate } from '../../shared/recipe/schedule.ts'

/** What a recipe comes to on a dataset. */
export interface TrainingPlan {
  /** Images in a step. */
  readonly batchSize: number
  readonly stepsPerEpoch: number
  readonly totalSteps: number
  readonly epochs: number
  readonly learningRate: LearningRate
  /** In epochs. */
  readonly evaluateEvery: number
  readonly checkpointEvery: number
  /** In steps. */
  readonly logEvery: number
}

export function planTraining({ data, schedule, run }: Recipe, stepsPerEpoch: number): TrainingPlan {
  return {
    batchSize: data.batchSize,
    stepsPerEpoch,
    totalSteps: schedule.epochs * stepsPerEpoch,
    epochs: schedule.epochs,
    learningRate: learningRateSchedule(schedule, { totalBatch: data.batchSize, stepsPerEpoch }),
    evaluateEvery: run.evaluateEvery,
    checkpointEvery: run.checkpointEvery,
    logEvery: run.logEvery,
  }
}

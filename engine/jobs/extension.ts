import { RunError } from '../../shared/errors.ts'
import { learningRateSchedule, scheduleLength } from '../../shared/recipe/schedule.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { withPlan } from '../../shared/run-folder/plan.ts'
import type { TrainPlan } from '../training/plan.ts'
import type { Earlier } from './run-record.ts'

/**
 * What a run that is made longer does from now on: one sentence; nothing where it stays as long as it was.
 * @param plan of the recipe that it goes on with
 * @throws RunError where that is shorter than it was to be, or no longer than what is done
 */
export function extensionNote(
  recipe: Recipe,
  plan: TrainPlan,
  { record, recipe: own, checkpoint }: Earlier,
): string | undefined {
  const before = withPlan(record, own).plan?.totalSteps
  if (before === undefined || before === plan.totalSteps) return undefined
  const { count, unit } = scheduleLength(recipe.schedule)
  if (plan.totalSteps < before)
    throw new RunError(
      `The run was to do ${before} steps, but schedule.${unit}s=${count} comes to ${plan.totalSteps}; name more to train it further.`,
    )
  const { step, learningRateScale: scale = 1 } = checkpoint?.manifest ?? { step: 0 }
  // The recipe in the folder may be the longer one already, where an earlier try has died: its record tells.
  const context = { totalBatch: plan.batchSize, stepsPerEpoch: plan.stepsPerEpoch }
  const shorter = learningRateSchedule({ ...own.schedule, steps: before }, context)
  const [last, next] = [shorter(Math.max(0, step - 1)) * scale, plan.learningRate(step) * scale].map(rounded)
  const change = last === next ? `stays ${next}` : `jumps from ${last} to ${next}`
  return `The run is ${plan.totalSteps} steps long from now on, where it was ${before}: the learning rate of every step is that of the longer schedule, so that after step ${step} it ${change}.`
}

const rounded = (rate: number) => String(Number(rate.toPrecision(3)))

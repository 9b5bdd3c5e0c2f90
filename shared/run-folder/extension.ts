import { RunError } from '../errors.ts'
import { learningRateSchedule, scheduleLength } from '../recipe/schedule.ts'
import type { Recipe } from '../recipe/schema.ts'
import type { CheckpointManifest } from './manifest.ts'
import { withPlan } from './plan.ts'
import type { RunPlan, RunRecord } from './record.ts'

/** A run that is made longer, as it was until now. */
export interface BeforeExtension {
  readonly record: RunRecord
  readonly recipe: Recipe
  /** Where it goes on; without one, at its first step. */
  readonly checkpoint: Pick<CheckpointManifest, 'step' | 'learningRateScale'> | undefined
}

/**
 * What a run that is made longer does from now on: one sentence; nothing where it stays as long as it was.
 * @param plan of the recipe that it goes on with
 * @throws RunError where that is shorter than it was to be
 */
export function extensionNote(
  recipe: Recipe,
  plan: Pick<RunPlan, 'totalSteps' | 'stepsPerEpoch' | 'imagesPerStep'>,
  { record, recipe: own, checkpoint }: BeforeExtension,
): string | undefined {
  const before = withPlan(record, own).plan?.totalSteps
  if (before === undefined || before === plan.totalSteps) return undefined
  const { count, unit } = scheduleLength(recipe.schedule)
  if (plan.totalSteps < before)
    throw new RunError(
      `The run was to do ${before} steps, but schedule.${unit}s=${count} comes to ${plan.totalSteps}; name more to train it further.`,
    )
  const { step, learningRateScale: scale = 1 } = checkpoint ?? { step: 0 }
  // The recipe in the folder may be the longer one already, where an earlier try has died: its record tells.
  const context = { totalBatch: plan.imagesPerStep, stepsPerEpoch: plan.stepsPerEpoch }
  const shorter = learningRateSchedule({ ...own.schedule, steps: before }, context)
  const longer = learningRateSchedule(recipe.schedule, context)
  const [last, next] = [shorter(Math.max(0, step - 1)) * scale, longer(step) * scale].map(rounded)
  const change = last === next ? `stays ${next}` : `jumps from ${last} to ${next}`
  return `The run is ${plan.totalSteps} steps long from now on, where it was ${before}: the learning rate of every step is that of the longer schedule, so that after step ${step} it ${change}.`
}

const rounded = (rate: number) => String(Number(rate.toPrecision(3)))

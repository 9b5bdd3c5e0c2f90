import { totalSteps } from '../recipe/schedule.ts'
import type { Recipe } from '../recipe/schema.ts'
import type { RunPlan, RunRecord } from './record.ts'

/**
 * The record with its plan. The runs of the first versions have none: theirs is what the recipe comes to with as many
 * steps an epoch as were done, and nothing where none were.
 */
export function withPlan(record: RunRecord, recipe: Recipe): RunRecord {
  if (record.plan) return record
  const plan = planFrom(record, recipe)
  return plan ? { ...record, plan } : record
}

function planFrom({ step, epoch, dataset }: RunRecord, { data, optimizer, schedule }: Recipe): RunPlan | undefined {
  const stepsPerEpoch = Math.round(step / epoch)
  if (!(stepsPerEpoch >= 1)) return undefined
  const steps = totalSteps(schedule, stepsPerEpoch)
  return {
    totalSteps: steps,
    stepsPerEpoch,
    epochs: Math.ceil(steps / stepsPerEpoch),
    imagesPerStep: data.batchSize * optimizer.accumulate,
    classes: dataset.classes.length,
  }
}

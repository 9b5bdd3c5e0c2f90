import { learningRateSchedule, totalSteps } from '../../shared/recipe/schedule.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'

/** A schedule as it is drawn: epochs done, and the rate of the step that follows. */
export type SchedulePoints = readonly (readonly [epoch: number, rate: number])[]

const MOST_POINTS = 600

/** The learning rate over the whole run, at every step or at evenly spaced ones, the first and the last among them. */
export function schedulePoints({ schedule, data, optimizer }: Recipe, stepsPerEpoch: number): SchedulePoints {
  const rate = learningRateSchedule(schedule, { totalBatch: data.batchSize * optimizer.accumulate, stepsPerEpoch })
  const last = totalSteps(schedule, stepsPerEpoch) - 1
  const count = Math.min(last + 1, MOST_POINTS)
  return Array.from({ length: count }, (_, i) => {
    const step = count === 1 ? 0 : Math.round((i * last) / (count - 1))
    return [step / stepsPerEpoch, rate(step)] as const
  })
}

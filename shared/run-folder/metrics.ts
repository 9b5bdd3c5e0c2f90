import { z } from 'zod'
import type { Immutable } from '../immutable.ts'
import { trackedSplits } from '../recipe/split.ts'

/** A line of `metrics.jsonl`. */
export const metricsRecord = z.object({
  /** Optimizer steps done when it was written. */
  step: z.number(),
  /** Epochs done, with their fraction. */
  epoch: z.number(),
  /** Unix time, seconds. */
  wall: z.number(),
  split: z.enum(trackedSplits),
  /**
   * `loss`, `top1`, `top5`; for the training split also `learningRate`, `imagesPerSecond`, `dataWait`, seconds a step,
   * and in fp16 `lossScale` and how many steps were `skipped`.
   */
  values: z.record(z.string(), z.unknown()),
})

export type MetricsRecord = Immutable<Omit<z.infer<typeof metricsRecord>, 'values'>> & {
  readonly values: Readonly<Record<string, number>>
}

/**
 * Steps never go back: a resume takes away what was logged after its checkpoint. Leaves out the record that breaks
 * the order: one before it, or one far ahead of all that follow.
 */
export function inStepOrder(records: readonly MetricsRecord[]): MetricsRecord[] {
  const kept: MetricsRecord[] = []
  let last = -Infinity
  records.forEach((record, i) => {
    const next = records[i + 1]?.step ?? Infinity
    const isAhead = record.step > next && next >= last
    if (record.step < last || isAhead) return
    last = record.step
    kept.push(record)
  })
  return kept
}

const isNumber = (value: unknown) => typeof value === 'number'

/** What {@link metricsRecord} accepts, in a tenth of the time: a long run has a million of them. */
export function isMetricsRecord(value: unknown): value is MetricsRecord {
  if (typeof value !== 'object' || value === null) return false
  const { step, epoch, wall, split, values } = value as Partial<Record<keyof MetricsRecord, unknown>>
  if (!isNumber(step) || !isNumber(epoch) || !isNumber(wall) || !trackedSplits.some((known) => known === split))
    return false
  return typeof values === 'object' && values !== null && !Array.isArray(values)
}

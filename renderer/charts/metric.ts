import type { Split } from '../../shared/recipe/split.ts'

/** The metrics that a run is known to write, as they are named to a person. */
const titles: Readonly<Record<string, string>> = {
  loss: 'Loss',
  top1: 'Top-1',
  top5: 'Top-5',
  learningRate: 'Learning rate',
  imagesPerSecond: 'Images/s',
  dataWait: 'Seconds a step waits for data',
  dataWaitShare: 'Waiting for data',
  lossScale: 'Loss scale',
  recall: 'Recall of classes',
}

export const metricTitle = (metric: string): string => titles[metric] ?? metric

const splitTitles: Readonly<Record<Split, string>> = { train: 'training', val: 'validation', test: 'test' }
export const splitTitle = (split: Split): string => splitTitles[split]

/** Shares between 0 and 1, which are shown in per cent. */
const shares = new Set(['top1', 'top5', 'dataWaitShare', 'recall'])

export const isShare = (metric: string): boolean => shares.has(metric)

/** Whether a smaller value of the metric is the better one. */
export function isLowerBetter(metric: string): boolean {
  return /loss(?!scale)|error|wait|seconds|perplexity|ece/i.test(metric)
}

/** A metric's best and last finite value, and where they are; nothing of a curve without one. */
export interface BestAndLast {
  readonly best: number
  /** The first of the points that have it. */
  readonly bestIndex: number
  readonly last: number
  readonly lastIndex: number
}

export function bestAndLast(values: Float64Array, metric: string): BestAndLast | undefined {
  const sign = isLowerBetter(metric) ? -1 : 1
  let bestIndex = -1
  let lastIndex = -1
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue
    lastIndex = i
    if (bestIndex < 0 || sign * values[i]! > sign * values[bestIndex]!) bestIndex = i
  }
  return lastIndex < 0 ? undefined : { best: values[bestIndex]!, bestIndex, last: values[lastIndex]!, lastIndex }
}

/** Whether the metric is noisy: a schedule is shown as it is. */
export const isSmoothed = (metric: string): boolean => metric !== 'learningRate' && metric !== 'lossScale'

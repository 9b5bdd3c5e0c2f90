/** A line of `classes.jsonl`: how the classes fared at an evaluation in training. */
export interface ClassCounts {
  /** Optimizer steps done. */
  readonly step: number
  /** Epochs done, with their fraction. */
  readonly epoch: number
  /** Unix time, seconds. */
  readonly wall: number
  /** Validation images of each class, and those whose first guess was right, in the order of the classes. */
  readonly images: readonly number[]
  readonly correct: readonly number[]
}

export function isClassCounts(value: unknown): value is ClassCounts {
  if (typeof value !== 'object' || value === null) return false
  const { step, epoch, wall, images, correct } = value as Partial<Record<keyof ClassCounts, unknown>>
  if (![step, epoch, wall].every((number) => typeof number === 'number')) return false
  return areCounts(images) && areCounts(correct) && images.length === correct.length
}

const areCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0)

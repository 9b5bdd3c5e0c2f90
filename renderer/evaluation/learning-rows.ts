import type { EvaluationHistory } from '../../shared/contract/evaluation-history.ts'

/** How images are told apart by what a run made of them over its checkpoints. Checkpoints by their places. */
export type LearningKind =
  | { readonly kind: 'kept' | 'forgotten' | 'never' }
  | { readonly kind: 'learnedAt' | 'forgottenAt'; readonly checkpoint: number }

export const learningOrders = [
  { value: 'learning', title: 'By learning' },
  { value: 'class', title: 'By class' },
] as const
export type LearningOrder = (typeof learningOrders)[number]['value']

/**
 * The images of a history in an order that shows what they have in common: the first learned first, of these the ones
 * that were forgotten least often; those never learned last. By class, each class so.
 * @param labelOf the class of an image
 * @returns places in the history, int32 [images]
 */
export function inLearningOrder(
  { images, checkpoints, learnedAt, timesForgotten }: EvaluationHistory,
  labelOf: (sample: number) => number,
  order: LearningOrder,
): Int32Array {
  const most = checkpoints.length + 1
  // One number an image, so that typed arrays sort it: 1,000 classes of a million images at 100 checkpoints stay exact.
  const keys = Float64Array.from({ length: images }, (_, i) => {
    const learned = learnedAt[i]! < 0 ? checkpoints.length : learnedAt[i]!
    const group = order === 'class' ? labelOf(i) : 0
    return ((group * most + learned) * most + timesForgotten[i]!) * images + i
  }).sort()
  return Int32Array.from(keys, (key) => key % images)
}

/**
 * The images beside one in that order that fared alike: learned at the same checkpoint, forgotten as often, and by class
 * of the same one.
 * @param order the images, as {@link inLearningOrder} has them
 * @param place of the image in it
 * @returns a part of the order
 */
export function alikeOnes(
  { learnedAt, timesForgotten }: EvaluationHistory,
  labelOf: (sample: number) => number,
  by: LearningOrder,
  order: Int32Array,
  place: number,
): Int32Array {
  const sample = order[place]!
  const isAlike = (other: number | undefined) =>
    other !== undefined &&
    learnedAt[other] === learnedAt[sample] &&
    timesForgotten[other] === timesForgotten[sample] &&
    (by === 'learning' || labelOf(other) === labelOf(sample))
  let [from, to] = [place, place + 1]
  while (isAlike(order[from - 1])) from--
  while (isAlike(order[to])) to++
  return order.subarray(from, to)
}

/**
 * The share of images that are right, of each line of a picture and at each checkpoint.
 * @param order the images, from the top
 * @param edges where each line begins among them, and where the last one ends
 * @returns float32 [lines, checkpoints], 0 to 1
 */
export function rightShares(
  { checkpoints: { length: columns }, right }: EvaluationHistory,
  order: Int32Array,
  edges: readonly number[],
): Float32Array {
  const lines = edges.length - 1
  const shares = new Float32Array(lines * columns)
  for (let line = 0; line < lines; line++) {
    const [from, to] = [edges[line]!, edges[line + 1]!]
    for (let at = from; at < to; at++) {
      const sample = order[at]! * columns
      for (let c = 0; c < columns; c++) shares[line * columns + c]! += right[sample + c]!
    }
    for (let c = 0; c < columns; c++) shares[line * columns + c]! /= to - from
  }
  return shares
}

/** The images of a kind, by their places in the history: the most often forgotten first. */
export function learningRows(history: EvaluationHistory, wanted: LearningKind): Int32Array {
  const { images, checkpoints, learnedAt, timesForgotten, right } = history
  const isWanted = (i: number): boolean => {
    switch (wanted.kind) {
      case 'never':
        return learnedAt[i]! < 0
      case 'forgotten':
        return timesForgotten[i]! > 0
      case 'kept':
        return learnedAt[i]! >= 0 && timesForgotten[i] === 0
      default: {
        const now = i * checkpoints.length + wanted.checkpoint
        const before = wanted.checkpoint === 0 ? 0 : right[now - 1]!
        return wanted.kind === 'learnedAt' ? right[now]! > before : right[now]! < before
      }
    }
  }
  const found = Int32Array.from({ length: images }, (_, i) => i).filter(isWanted)
  return found.sort((a, b) => timesForgotten[b]! - timesForgotten[a]! || a - b)
}

/** In words. */
export function learningTitle({ checkpoints }: EvaluationHistory, wanted: LearningKind): string {
  switch (wanted.kind) {
    case 'never':
      return 'Never learned'
    case 'forgotten':
      return 'Forgotten, the most often first'
    case 'kept':
      return 'Learned and kept'
    case 'learnedAt':
      return `Learned at ${checkpoints[wanted.checkpoint]!.name}`
    case 'forgottenAt':
      return `Forgotten at ${checkpoints[wanted.checkpoint]!.name}`
  }
}

/** What a run made of an image over its checkpoints, in words. */
export function learningText({ checkpoints, learnedAt, timesForgotten }: EvaluationHistory, sample: number): string {
  const learned = checkpoints[learnedAt[sample]!]
  if (!learned) return 'never learned'
  const times = timesForgotten[sample]!
  const forgotten = times === 0 ? 'never forgotten' : times === 1 ? 'forgotten once' : `forgotten ${times} times`
  return `learned at ${learned.name}, ${forgotten}`
}

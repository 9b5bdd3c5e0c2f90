import type { EvaluatedBatch } from './evaluation-step.ts'

/** Means over the images of a split. */
export interface EvaluationResult {
  readonly images: number
  readonly top1: number
  readonly top5: number
  readonly loss: number
  /** Images and right first guesses of each class, by label. */
  readonly classes: readonly { readonly images: number; readonly correct: number }[]
}

/** Sums up batches until `images` have been seen. */
export async function evaluate(
  nextBatch: () => Promise<EvaluatedBatch>,
  images: number,
  classes: number,
  onBatch: (done: number) => void = () => {},
): Promise<EvaluationResult> {
  const perClass = Array.from({ length: classes }, () => ({ images: 0, correct: 0 }))
  let done = 0
  let loss = 0
  let top5 = 0
  while (done < images) {
    const batch = await nextBatch()
    batch.labels.forEach((label, i) => {
      const counts = perClass[label]!
      counts.images += 1
      counts.correct += batch.top1[i]!
      top5 += batch.top5[i]!
      loss += batch.losses[i]!
    })
    done += batch.labels.length
    onBatch(done)
  }
  const correct = perClass.reduce((sum, { correct }) => sum + correct, 0)
  return { images: done, top1: correct / done, top5: top5 / done, loss: loss / done, classes: perClass }
}

import type { EvaluatedBatch } from './evaluation-step.ts'

/** Means over the images of a split. */
export interface EvaluationResult {
  readonly images: number
  readonly top1: number
  readonly top5: number
  /** NaN where the network gave no number for an image. */
  readonly loss: number
  /** Images and right first guesses of each class, by label. */
  readonly classes: readonly { readonly images: number; readonly correct: number }[]
  /** Of the images for which the network gave numbers; NaN where it gave none. */
  readonly finiteLoss: number
  /** How many others there are. They count as wrong. */
  readonly notFinite: number
}

/** Whether the network gave numbers for an image of a batch. */
export const isFinite = ({ losses, entropies }: EvaluatedBatch, i: number): boolean =>
  Number.isFinite(losses[i]!) && !Number.isNaN(entropies[i]!)

/** Sums up batches until `images` have been seen. */
export async function evaluate(
  nextBatch: () => Promise<EvaluatedBatch>,
  images: number,
  classes: number,
  onBatch: (done: number, batch: EvaluatedBatch) => void = () => {},
): Promise<EvaluationResult> {
  const perClass = Array.from({ length: classes }, () => ({ images: 0, correct: 0 }))
  const sums = { loss: 0, finiteLoss: 0, finite: 0, top5: 0 }
  let done = 0
  while (done < images) {
    const batch = await nextBatch()
    const width = batch.guesses.length / batch.labels.length
    batch.labels.forEach((label, i) => {
      const counts = perClass[label]!
      counts.images += 1
      sums.loss += batch.losses[i]!
      if (!isFinite(batch, i)) return
      const place = batch.guesses.subarray(width * i, width * (i + 1)).indexOf(label)
      counts.correct += Number(place === 0)
      sums.top5 += Number(place >= 0 && place < 5)
      sums.finiteLoss += batch.losses[i]!
      sums.finite += 1
    })
    done += batch.labels.length
    onBatch(done, batch)
  }
  const correct = perClass.reduce((sum, { correct }) => sum + correct, 0)
  return {
    images: done,
    top1: correct / done,
    top5: sums.top5 / done,
    loss: sums.loss / done,
    classes: perClass,
    finiteLoss: sums.finiteLoss / sums.finite,
    notFinite: done - sums.finite,
  }
}

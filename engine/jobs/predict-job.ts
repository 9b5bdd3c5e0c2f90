import type { PredictedImage, PredictionReport, PredictRequest } from '../../shared/contract/trainer.ts'
import { looseImages, type SplitImages } from '../dataset/index.ts'
import { buildPredictionStep } from '../evaluation/prediction-step.ts'
import { openRun, runCheckpoint, type OpenedRun } from './open-checkpoint.ts'
import { Owner } from '../tensorflow/c-api/index.ts'
import type { Report } from './report.ts'

/** What a checkpoint takes images for, seen by the evaluation transform. Images that cannot be read are listed. */
export async function predictImages(request: PredictRequest, report: Report): Promise<PredictionReport> {
  const opened = await openRun(request)
  const { root, index, unreadable, passedOver } = await looseImages(request.paths, request.cacheFolder, (done, total) =>
    report({ phase: 'checking', done, total }),
  )
  const images = index.count === 0 ? [] : await predictAll(opened, { root, split: index }, request.top, report)
  const { name, manifest } = opened.checkpoint
  return { checkpoint: name, step: manifest.step, root, images, unreadable, passedOver }
}

async function predictAll(
  opened: OpenedRun,
  images: SplitImages,
  top: number,
  report: Report,
): Promise<PredictedImage[]> {
  using owner = new Owner()
  const { paths, count } = images.split
  const { classes } = opened.run.dataset
  const { nextBatch } = await runCheckpoint(owner, opened, images, buildPredictionStep)
  const predicted: PredictedImage[] = []
  while (predicted.length < count) {
    const batch = await nextBatch()
    for (let first = 0; first < batch.length; first += classes.length)
      predicted.push({
        file: paths.at(predicted.length)!,
        classes: likeliest(classes, batch.subarray(first, first + classes.length), top),
      })
    report({ phase: 'evaluating', done: predicted.length, total: count })
  }
  return predicted
}

/** Of classes that are as likely, the first in their order comes first; none where the network gave no number. */
export function likeliest(
  classes: readonly string[],
  probabilities: Float32Array,
  top: number,
): PredictedImage['classes'] {
  if (probabilities.some(Number.isNaN)) return []
  return classes
    .map((name, label) => ({ name, probability: probabilities[label]! }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, top)
}

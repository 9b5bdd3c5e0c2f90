import type { ImageChanges } from '../../shared/contract/evaluations.ts'
import type { EvaluationPlace } from '../../shared/contract/trainer.ts'
import { DatasetError } from '../../shared/errors.ts'
import { pairSamples } from '../../shared/figures/index.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import type { PredictionTable } from '../../storage/evaluations/open-evaluation.ts'
import { fingerprintOf, openForEvaluation, type SplitImages } from '../dataset/index.ts'
import { readCorrections, withOwnCorrections } from '../run-folder/own-corrections.ts'
import { readRunFacts } from '../run-folder/verify-run.ts'
import { thumbnails } from '../pipeline/index.ts'
import { keysOf } from './kept-predictions.ts'

/** The images of an evaluation as they are now. */
export interface EvaluatedImages {
  readonly images: SplitImages
  /** What the dataset is named by: its folder, or its manifest. */
  readonly source: string
  /** How the file of each of them keeps colours: see `modeName`. */
  readonly modes: Int32Array
  /** int32, a sample's place among them by its row in the predictions; -1 for one that is gone. */
  readonly samples: Int32Array
}

/** As the run splits and corrects its own. */
function ownOptions(runFolder: string) {
  const recipe = withOwnCorrections(readRunFacts(runFolder).recipe, runFolder)
  return { holdOut: recipe.data, corrections: readCorrections(recipe) }
}

/**
 * Opens the images that were evaluated, as the evaluation did, and finds each sample by its file and record.
 * @throws DatasetError where they are not found, or cannot be read any more
 */
export async function imagesOfEvaluation(
  { runFolder, cacheFolder, images, imagesProblem }: EvaluationPlace,
  { split: part, classes, leftOut = 0 }: EvaluationReport,
  { columns, rows }: PredictionTable,
): Promise<EvaluatedImages> {
  if (!images) throw new DatasetError(imagesProblem ?? 'The images of this evaluation are not found.')
  const { source, isOwn } = images
  const { root, index, modes } = await openForEvaluation(
    { ...source, cacheFolder },
    {
      classes: classes.map(({ name }) => name),
      split: part === 'all' ? undefined : part,
      leaveOutUnknown: leftOut > 0,
      ...(isOwn && ownOptions(runFolder)),
    },
  )
  const evaluated = keysOf(rows, columns.path, columns.record)
  const { first, second } = pairSamples(evaluated, keysOf(index.count, index.paths, index.records?.offsets))
  const samples = new Int32Array(rows).fill(-1)
  first.forEach((row, i) => (samples[row] = second[i]!))
  return { images: { root, split: index }, source: source.root, modes, samples }
}

/** How they are now, against what was evaluated. */
export function changesOf(
  report: Pick<EvaluationReport, 'fingerprint'>,
  { columns }: PredictionTable,
  { images: { split }, samples }: EvaluatedImages,
): ImageChanges {
  let [gone, relabelled] = [0, 0]
  samples.forEach((sample, row) => {
    if (sample < 0) gone += 1
    else if (split.labels[sample] !== columns.label[row]) relabelled += 1
  })
  const added = split.count - (samples.length - gone)
  const isSame = gone + relabelled + added === 0
  const altered = isSame && report.fingerprint !== undefined && report.fingerprint !== fingerprintOf([split])
  return { gone, relabelled, added, altered }
}

/** Empty ones stand for images that are gone. */
export async function thumbnailsOf({ images, samples }: EvaluatedImages, rows: readonly number[], size: number) {
  const there = rows.filter((row) => samples[row]! >= 0)
  const files = await thumbnails(images, { samples: there.map((row) => samples[row]!), size })
  const byRow = new Map(there.map((row, i) => [row, files[i]!]))
  return rows.map((row) => byRow.get(row) ?? new Uint8Array())
}

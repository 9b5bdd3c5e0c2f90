import type { EvaluationPlace } from '../../shared/contract/trainer.ts'
import { DatasetError } from '../../shared/errors.ts'
import { pairSamples } from '../../shared/figures/index.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import type { PredictionTable } from '../../storage/evaluations/open-evaluation.ts'
import { openForEvaluation, type SplitImages } from '../dataset/index.ts'
import { readCorrections, withOwnCorrections } from '../run-folder/own-corrections.ts'
import { readRunFacts } from '../run-folder/verify-run.ts'
import { keysOf } from './kept-predictions.ts'

/** The images of an evaluation as they are now. */
export interface EvaluatedImages {
  readonly images: SplitImages
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
  const { root, index } = await openForEvaluation(
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
  return { images: { root, split: index }, samples }
}

import type { EvaluationPlace } from '../../shared/contract/trainer.ts'
import { DatasetError } from '../../shared/errors.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import type { PredictionTable } from '../../storage/evaluations/open-evaluation.ts'
import { openForEvaluation, type SplitImages } from '../dataset/index.ts'
import { readCorrections, withOwnCorrections } from '../run-folder/own-corrections.ts'
import { readRunFacts } from '../run-folder/verify-run.ts'

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
  { split: part, classes }: EvaluationReport,
  { columns, rows }: PredictionTable,
): Promise<EvaluatedImages> {
  if (!images) throw new DatasetError(imagesProblem ?? 'The images of this evaluation are not found.')
  const { source, isOwn } = images
  const { root, index } = await openForEvaluation(
    { ...source, cacheFolder },
    {
      classes: classes.map(({ name }) => name),
      split: part === 'all' ? undefined : part,
      ...(isOwn && ownOptions(runFolder)),
    },
  )
  const nameOf = (path: string, record: number | undefined) => (record === undefined ? path : `${path}\0${record}`)
  const evaluated = (row: number) => nameOf(columns.path.at(row), columns.record?.[row])
  const now = (sample: number) => nameOf(index.paths.at(sample)!, index.records?.offsets[sample])
  const samples = Int32Array.from({ length: rows }, (_, row) => row)
  // As a rule nothing has changed, and a million names need no map.
  const isSame = rows === index.count && samples.every((row) => evaluated(row) === now(row))
  if (!isSame) {
    const places = new Map(Array.from({ length: index.count }, (_, sample) => [now(sample), sample]))
    samples.forEach((row) => (samples[row] = places.get(evaluated(row)) ?? -1))
  }
  return { images: { root, split: index }, samples }
}

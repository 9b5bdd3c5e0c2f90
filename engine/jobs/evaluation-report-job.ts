import type {
  EvaluationDrawings,
  PicturedSamples,
  PicturedSamplesRequest,
} from '../../shared/contract/evaluation-report.ts'
import type { EvaluationPlace } from '../../shared/contract/trainer.ts'
import { DatasetError } from '../../shared/errors.ts'
import { confusionOf, coverageCurve, NO_GUESS, rankByConfidence } from '../../shared/figures/index.ts'
import { openPredictions, openReport, type PredictionTable } from '../../storage/evaluations/open-evaluation.ts'
import { changesOf, imagesOfEvaluation, thumbnailsOf, type EvaluatedImages } from './evaluated-images.ts'
import { evaluatedSample, openKept } from './kept-predictions.ts'

/** Classes of which the whole matrix is drawn. */
const MATRIX_CLASSES = 50
const POINTS = 300

/**
 * Samples of an evaluation and small pictures of them. Where the images are not found, the samples come without.
 * @throws RunError where it kept no predictions, StorageError where they are not as they were written
 */
export async function picturedSamples(
  place: EvaluationPlace,
  { rows, size }: PicturedSamplesRequest,
): Promise<PicturedSamples> {
  const report = openReport(place.folder)
  const table = openPredictions(place.folder, report)
  const wanted = 'worst' in rows ? worstRows(table, rows.worst) : rows
  const samples = wanted.map((row) => evaluatedSample(table, row))
  const without = (problem: string) => ({
    samples: samples.map((one) => ({ ...one, picture: new Uint8Array() })),
    problem,
  })
  let images: EvaluatedImages
  try {
    images = await imagesOfEvaluation(place, report, table)
  } catch (error) {
    if (error instanceof DatasetError) return without(error.message)
    throw error
  }
  const pictures = await thumbnailsOf(images, wanted, size)
  return {
    samples: samples.map((one, i) => ({ ...one, picture: pictures[i]! })),
    changes: changesOf(report, table, images),
  }
}

/** Of those whose guess is wrong, the highest loss first; those without numbers before all. */
function worstRows({ columns, guesses: width, rows }: PredictionTable, most: number): number[] {
  const key = (row: number) => (Number.isNaN(columns.loss[row]!) ? Infinity : columns.loss[row]!)
  const wrong = Array.from({ length: rows }, (_, row) => row).filter(
    (row) => columns.guesses[width * row] !== columns.label[row],
  )
  return wrong.sort((a, b) => (key(a) === key(b) ? a - b : key(b) - key(a))).slice(0, most)
}

/** @param folder that of the evaluation, absolute; it fails as {@link picturedSamples} does */
export function evaluationDrawings(folder: string): EvaluationDrawings {
  const { report, samples } = openKept(folder)
  const classes = report.classes.length
  const { x, y } = coverageCurve(rankByConfidence(samples), POINTS)
  const coverage = { x: x.slice(), y: y.slice() }
  return classes > MATRIX_CLASSES ? { coverage } : { coverage, confusion: matrixOf(samples, classes) }
}

function matrixOf(samples: Parameters<typeof confusionOf>[0], classes: number): Int32Array {
  const { starts, guesses, counts } = confusionOf(samples, classes)
  const matrix = new Int32Array(classes * (classes + 1))
  for (let label = 0; label < classes; label++)
    for (let cell = starts[label]!; cell < starts[label + 1]!; cell++) {
      const guess = guesses[cell] === NO_GUESS ? classes : guesses[cell]!
      matrix[label * (classes + 1) + guess] = counts[cell]!
    }
  return matrix
}

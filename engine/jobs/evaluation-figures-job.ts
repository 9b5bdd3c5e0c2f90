import { join } from 'node:path'
import type {
  EvaluationFigures,
  EvaluationFiguresRequest,
  LogitFigures,
} from '../../shared/contract/evaluation-figures.ts'
import { RunError } from '../../shared/errors.ts'
import {
  classAreas,
  classFigures,
  confusionOf,
  largestMistakes,
  overallFigures,
  probabilityFigures,
  rankByConfidence,
  reliability,
  scaleTemperature,
  type Guesses,
  type RankingAreas,
} from '../../shared/figures/index.ts'
import { evaluationReport, type EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { evaluationFiles } from '../../shared/run-folder/files.ts'
import { GUESSES, logitColumns, predictionColumns } from '../../shared/run-folder/predictions.ts'
import { readArrowFile } from '../../storage/read-arrow.ts'
import { readSealed } from '../../storage/sealed-json.ts'

const BINS = 15
/** The largest mistakes that are told. */
const MISTAKES = 100
/** Bytes: a file of more than this cannot be read at once. */
const MOST_BYTES = 1.9e9

/**
 * The figures of an evaluation's predictions.
 * @throws RunError where it kept none, StorageError where they are not as they were written
 */
export function evaluationFigures({ folder, seed }: EvaluationFiguresRequest): EvaluationFigures {
  const report = evaluationReport.parse(readSealed(join(folder, evaluationFiles.report)))
  const names = report.classes.map(({ name }) => name)
  const predictions = predictionsOf(folder, report)
  const confusion = confusionOf(predictions, names.length)
  const ranking = rankByConfidence(predictions)
  const logits = logitFigures(folder, report, predictions.labels, seed)
  const { areas, ...ofLogits } = logits ?? {}
  return {
    overall: overallFigures(confusion),
    top5: report.top5,
    ...(report.loss !== null && { loss: report.loss }),
    classes: classFigures(confusion).map((figures, i) => ({ name: names[i]!, ...figures, ...areas?.[i] })),
    mistakes: largestMistakes(confusion, MISTAKES),
    byWidth: reliability(ranking, BINS, 'width'),
    byMass: reliability(ranking, BINS, 'mass'),
    ...(logits && { ofLogits: ofLogits as LogitFigures }),
  }
}

/** The first guess of each sample. */
function predictionsOf(folder: string, { predictions, classes }: EvaluationReport): Guesses {
  if (!predictions)
    throw new RunError(
      'This evaluation was made by an earlier Anneal, which kept no predictions; evaluate the checkpoint again.',
    )
  const { inRecords, ...seal } = predictions
  const types = predictionColumns(classes.length, inRecords)
  const { columns } = readArrowFile(join(folder, evaluationFiles.predictions), types, seal)
  const width = Math.min(GUESSES, classes.length)
  const first = <A extends Int32Array | Float32Array>(values: A, into: A): A =>
    into.map((_, row) => values[width * row]!) as A
  const count = columns.label.length
  return {
    labels: columns.label,
    guesses: first(columns.guesses, new Int32Array(count)),
    confidences: first(columns.probabilities, new Float32Array(count)),
  }
}

function logitFigures(
  folder: string,
  { logits: seal, classes: { length: classes } }: EvaluationReport,
  labels: Int32Array,
  seed: number,
): (LogitFigures & { areas: readonly RankingAreas[] }) | undefined {
  if (!seal || seal.bytes > MOST_BYTES) return undefined
  const { columns } = readArrowFile(join(folder, evaluationFiles.logits), logitColumns(classes), seal)
  const samples = { classes, labels, logits: columns.logits }
  const { classes: areas, meanRocArea, meanAveragePrecision } = classAreas(samples)
  const probabilities = probabilityFigures(samples)
  return {
    areas,
    probabilities,
    ...(meanRocArea !== undefined && { meanRocArea }),
    ...(meanAveragePrecision !== undefined && { meanAveragePrecision }),
    ...(probabilities.samples > 1 && { temperature: scaleTemperature(samples, { seed }) }),
  }
}

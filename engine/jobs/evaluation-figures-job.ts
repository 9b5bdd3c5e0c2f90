import type {
  EvaluationFigures,
  EvaluationFiguresRequest,
  LogitFigures,
} from '../../shared/contract/evaluation-figures.ts'
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
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { openLogits, openPredictions, openReport } from '../../storage/evaluations/open-evaluation.ts'

const BINS = 15
/** The largest mistakes that are told. */
const MISTAKES = 100

/**
 * The figures of an evaluation's predictions.
 * @throws RunError where it kept none, StorageError where they are not as they were written
 */
export function evaluationFigures({ folder, seed }: EvaluationFiguresRequest): EvaluationFigures {
  const report = openReport(folder)
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
function predictionsOf(folder: string, report: EvaluationReport): Guesses {
  const { columns, guesses: width, rows } = openPredictions(folder, report)
  const first = <A extends Int32Array | Float32Array>(values: A, into: A): A =>
    into.map((_, row) => values[width * row]!) as A
  return {
    labels: columns.label,
    guesses: first(columns.guesses, new Int32Array(rows)),
    confidences: first(columns.probabilities, new Float32Array(rows)),
  }
}

function logitFigures(
  folder: string,
  report: EvaluationReport,
  labels: Int32Array,
  seed: number,
): (LogitFigures & { areas: readonly RankingAreas[] }) | undefined {
  const logits = openLogits(folder, report)
  if (!logits) return undefined
  const samples = { classes: report.classes.length, labels, logits }
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

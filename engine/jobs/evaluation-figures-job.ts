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
  type RankingAreas,
} from '../../shared/figures/index.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { openLogits } from '../../storage/evaluations/open-evaluation.ts'
import { openKept } from './kept-predictions.ts'

const BINS = 15
/** The largest mistakes that are told. */
const MISTAKES = 100

/**
 * The figures of an evaluation's predictions.
 * @throws RunError where it kept none, StorageError where they are not as they were written
 */
export function evaluationFigures({ folder, seed }: EvaluationFiguresRequest): EvaluationFigures {
  const { report, samples: predictions } = openKept(folder)
  const names = report.classes.map(({ name }) => name)
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

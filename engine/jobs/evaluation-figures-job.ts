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
  figureIntervals,
  type ClassRanking,
} from '../../shared/figures/index.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { openLogits, type PredictionTable } from '../../storage/evaluations/open-evaluation.ts'
import { isInTop5, openKept, type KeptPredictions } from './kept-predictions.ts'

const BINS = 15
/** The largest mistakes that are told. */
const MISTAKES = 100

/**
 * The figures of an evaluation's predictions.
 * @throws RunError where it kept none, StorageError where they are not as they were written
 */
export function evaluationFigures({ folder, seed, rows }: EvaluationFiguresRequest): EvaluationFigures {
  return figuresOf(folder, openKept(folder), seed, rows && Int32Array.from(rows))
}

/** The figures of what was opened, or of some rows of it. Throws `UsageError` for rows that are not there. */
export function figuresOf(folder: string, kept: KeptPredictions, seed: number, rows?: Int32Array): EvaluationFigures {
  const { report, samples: predictions, table } = kept
  const names = report.classes.map(({ name }) => name)
  const confusion = confusionOf(predictions, names.length, rows)
  const ranking = rankByConfidence(predictions, rows)
  const logits = logitFigures({ folder, report, labels: predictions.labels }, seed, rows)
  const { areas, briers, ...ofLogits } = logits ?? {}
  const byWidth = reliability(ranking, BINS, 'width')
  const byMass = reliability(ranking, BINS, 'mass')
  const all = { classes: names.length, guesses: predictions, losses: table.columns.loss, briers, byWidth, byMass }
  return {
    overall: overallFigures(confusion),
    ...(rows ? meansOf(table, rows) : { top5: report.top5, ...(report.loss !== null && { loss: report.loss }) }),
    classes: classFigures(confusion).map((figures, i) => ({ name: names[i]!, ...figures, ...areas?.[i] })),
    mistakes: largestMistakes(confusion, MISTAKES),
    intervals: figureIntervals(all, rows ?? Int32Array.from(predictions.labels.keys()), seed),
    byWidth,
    byMass,
    ...(logits && { ofLogits: ofLogits as LogitFigures }),
  }
}

/** Those of the rows that the report has of all. */
function meansOf(table: PredictionTable, rows: Int32Array): Pick<EvaluationFigures, 'top5' | 'loss'> {
  const losses = rows.reduce((sum, row) => sum + orZero(table.columns.loss[row]!), 0)
  const withLoss = rows.reduce((sum, row) => sum + Number(!Number.isNaN(table.columns.loss[row]!)), 0)
  const inTop5 = rows.reduce((sum, row) => sum + Number(isInTop5(table, row)), 0)
  return { top5: inTop5 / rows.length, ...(withLoss > 0 && { loss: losses / withLoss }) }
}

const orZero = (value: number) => (Number.isNaN(value) ? 0 : value)

interface Source {
  readonly folder: string
  readonly report: EvaluationReport
  readonly labels: Int32Array
}

function logitFigures(
  { folder, report, labels }: Source,
  seed: number,
  rows: Int32Array | undefined,
): (LogitFigures & { areas: readonly ClassRanking[]; briers: Float64Array }) | undefined {
  const logits = openLogits(folder, report)
  if (!logits) return undefined
  const samples = { classes: report.classes.length, labels, logits }
  const { classes: areas, meanRocArea, meanAveragePrecision } = classAreas(samples, rows)
  const briers = new Float64Array(labels.length).fill(NaN)
  const probabilities = probabilityFigures(samples, rows, 1, briers)
  return {
    areas,
    briers,
    probabilities,
    ...(meanRocArea !== undefined && { meanRocArea }),
    ...(meanAveragePrecision !== undefined && { meanAveragePrecision }),
    ...(probabilities.samples > 1 && { temperature: scaleTemperature(samples, { seed }, rows) }),
  }
}

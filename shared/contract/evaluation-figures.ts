import type {
  ClassFigures,
  ClassRanking,
  FigureIntervals,
  Mistake,
  OverallFigures,
  ProbabilityFigures,
  Reliability,
  TemperatureScaling,
} from '../figures/index.ts'

/** What the predictions of an evaluation come to. */
export interface EvaluationFigures {
  readonly overall: OverallFigures
  /** The share of samples whose label is among the five likeliest classes, 0 to 1. */
  readonly top5: number
  /** Cross-entropy in nats, the mean of the samples that have one. */
  readonly loss?: number
  readonly classes: readonly (ClassFigures & ClassRanking & { readonly name: string })[]
  /** Of the figures that no formula gives one for; the draws go by the seed. */
  readonly intervals: FigureIntervals
  /** The largest first, by the places of the classes. */
  readonly mistakes: readonly Mistake[]
  /** Of bins of equal width, and of equal mass. */
  readonly byWidth: Reliability
  readonly byMass: Reliability
  /** What needs the logits of all classes; absent where they were not kept. */
  readonly ofLogits?: LogitFigures
}

export interface LogitFigures {
  readonly probabilities: ProbabilityFigures
  readonly meanRocArea?: number
  readonly meanAveragePrecision?: number
  /** Absent of less than two samples with probabilities. */
  readonly temperature?: TemperatureScaling
}

export interface EvaluationFiguresRequest {
  /** That of the evaluation, absolute. */
  readonly folder: string
  /** Of the part that the temperature is fitted on, and of the draws of the bootstrap. */
  readonly seed: number
  /** Of samples, where not of all: their places. */
  readonly rows?: readonly number[]
}

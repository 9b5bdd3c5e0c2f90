/** Figures of evaluations: pure functions of columns of predictions, for trainer, host and page. */
export { orderByCluster, orderByError } from './class-order.ts'
export { cellOf, confusionOf, largestMistakes, rowOf, type Confusion, type Mistake } from './confusion.ts'
export {
  probabilityFigures,
  reliability,
  type ProbabilityFigures,
  type Reliability,
  type ReliabilityBin,
  type Spacing,
} from './calibration.ts'
export { classAreas, classCurves, type ClassAreas, type ClassCurves, type ClassRanking } from './class-ranking.ts'
export { precisionRecallCurve, rocCurve, type Curve, type CurveWithArea } from './curves.ts'
export { bootstrap, wilson, type BootstrapInterval, type BootstrapOptions, type Interval } from './intervals.ts'
export { figureIntervals, type FigureIntervals } from './figure-intervals.ts'
export { differenceInterval } from './difference.ts'
export { labelErrors, type LabelErrors } from './label-errors.ts'
export { mcnemar, type McNemar } from './mcnemar.ts'
export { compareGuesses, type ClassDifference, type PairedCounts, type PairedFigures } from './paired.ts'
export { changedSamples, lossDifference, type ChangedSamples, type LossDifference } from './changes.ts'
export {
  followLearning,
  recallsOverTime,
  type CheckpointChange,
  type Learning,
  type RecallOverTime,
  type RightAt,
} from './learning.ts'
export { nearest, type Neighbours } from './neighbours.ts'
export { pairsAt, pairSamples, type RowPairs, type SampleKeys } from './pairing.ts'
export { classFigures, overallFigures, type ClassFigures, type MeanFigures, type OverallFigures } from './per-class.ts'
export { shuffle } from './random.ts'
export { areasOf, rank, type Ranking, type RankingAreas } from './ranking.ts'
export {
  LEAST_SAMPLES,
  rankSlices,
  sliceRows,
  sliceTitle,
  type FactColumn,
  type RankedSlice,
  type Slice,
  type SliceRanking,
} from './slices.ts'
export { isRight, NO_GUESS, type Guesses, type Logits, type Rows } from './samples.ts'
export { firstGuesses, logNormalisers } from './softmax.ts'
export {
  scaleTemperature,
  type CalibrationFigures,
  type Temperature,
  type TemperatureOptions,
  type TemperatureScaling,
} from './temperature.ts'
export { atThreshold, coverageCurve, lowestThreshold, rankByConfidence, type ThresholdFigures } from './thresholds.ts'
export { oddSamples, type NearestOfAll, type OddSamples } from './odd-samples.ts'

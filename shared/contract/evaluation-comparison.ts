import type { ClassDifference, LossDifference, PairedFigures, RowPairs } from '../figures/index.ts'

/** Two evaluations of the same images: A, the first, and B, the second. Figures are of the images that both have. */
export interface EvaluationComparison {
  readonly first: ComparedEvaluation
  readonly second: ComparedEvaluation
  /** What is to be known of how they were compared: a sentence each. */
  readonly notes: readonly string[]
  /** Counts, the difference of top-1 with its interval, McNemar's test. */
  readonly figures: Omit<PairedFigures, 'classes'>
  /** Absent where no image has a loss in both. */
  readonly loss?: LossDifference
  /** Those that either tells apart, the largest difference first, those without images last. */
  readonly classes: readonly ComparedClass[]
  /** Rows of images: those that changed most first. */
  readonly fixed: RowPairs
  readonly broken: RowPairs
  readonly bothWrong: RowPairs
  /** Images whose label is not the same in both, which are left out of all figures. */
  readonly relabelled: RowPairs
}

export interface ComparedEvaluation {
  /** All that it measured, and those of them that the other has not. */
  readonly images: number
  readonly alone: number
  /** Classes that the other does not tell apart. */
  readonly classesAlone: readonly string[]
  /** The share of right first guesses, 0 to 1. */
  readonly top1: number
}

export interface ComparedClass extends ClassDifference {
  readonly name: string
  /** Absent where it has no images. */
  readonly firstRecall?: number
  readonly secondRecall?: number
}

export interface CompareEvaluationsRequest {
  /** Where they are, absolute. */
  readonly first: string
  readonly second: string
  /** Of the bootstrap. */
  readonly seed: number
}

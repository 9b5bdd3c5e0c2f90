import type { EvaluationFigures } from './evaluation-figures.ts'
import type { FactColumn, Slice, SliceRanking } from '../figures/index.ts'

/** What is known of the images of an evaluation, an entry a sample. */
export interface SampleFacts {
  readonly columns: readonly FactColumn[]
  /** Why they could not be kept, and have to be measured again: a sentence. */
  readonly unsaved?: string
}

/** Which slices of the samples do worst. */
export interface SlicesReport extends SliceRanking {
  readonly samples: number
  /** The facts that there are slices by. */
  readonly keys: readonly string[]
  readonly notes: readonly string[]
}

export interface SliceFiguresRequest {
  readonly slice: Slice
  /** Of the part that the temperature is fitted on. */
  readonly seed: number
}

/** The figures of a slice, and how many samples there are in all. */
export interface SliceFigures extends EvaluationFigures {
  readonly of: number
}

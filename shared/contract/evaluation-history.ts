import type { CheckpointChange, Learning, RecallOverTime } from '../figures/index.ts'

/** How the images of a run's evaluations fare over its checkpoints, the earliest first. */
export interface EvaluationHistory extends Omit<Learning, 'checkpoints'> {
  readonly checkpoints: readonly (CheckpointChange & { readonly name: string; readonly step: number })[]
  /** Those that all evaluations have, with the same label. */
  readonly images: number
  /** What is to be known of them: a sentence each. */
  readonly notes: readonly string[]
  readonly classes: readonly (RecallOverTime & { readonly name: string })[]
  /** int32 [images]: where each is in the evaluation of the last checkpoint */
  readonly rows: Int32Array
  /** uint8 [images, checkpoints]: 1 where the first guess is the label, else 0 */
  readonly right: Uint8Array
}

/** The history of the images of an evaluation, as a page shows it. */
export interface ShownHistory {
  readonly history: EvaluationHistory
  /** The evaluation of the last checkpoint, by its name: the rows are of it. */
  readonly last: string
  /** Checkpoints that the run keeps and that were not evaluated on these images, the earliest first. */
  readonly notEvaluated: readonly string[]
}

export interface EvaluationHistoryRequest {
  /** Where the evaluations of one run are, absolute: of the earliest checkpoint first, one at least. */
  readonly paths: readonly string[]
}

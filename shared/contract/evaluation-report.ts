import type { EvaluatedSample, ImageChanges } from './evaluations.ts'

/** Samples of an evaluation with their pictures, for a page that stands by itself. */
export interface PicturedSamplesRequest {
  /** Places in the columns of the evaluation; or how many of those with the highest loss, among the wrong ones. */
  readonly rows: readonly number[] | { readonly worst: number }
  /** Of the longer side of a picture, px. */
  readonly size: number
}

export interface PicturedSamples {
  readonly samples: readonly PicturedSample[]
  /** What of the images is otherwise than when they were evaluated; absent where they are not found. */
  readonly changes?: ImageChanges
  /** Why there is no picture: a sentence. */
  readonly problem?: string
}

export interface PicturedSample extends EvaluatedSample {
  /** A JPEG; empty where the image is gone. */
  readonly picture: Uint8Array
}

/** What is drawn of an evaluation beside its figures. */
export interface EvaluationDrawings {
  /** int32 [classes, classes + 1], how often each class was guessed for each label, and at last none; absent of many classes. */
  readonly confusion?: Int32Array
  /** The share of samples whose guess has at least some confidence (x), and the share of these that is right (y). */
  readonly coverage: { readonly x: Float64Array; readonly y: Float64Array }
}

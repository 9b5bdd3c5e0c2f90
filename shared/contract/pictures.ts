import { z } from 'zod'
import type { ClassMapView } from './evaluations.ts'
import { call, runId, type CallsOf } from './calls.ts'

/** Bytes of a file that are handed over at once, and that a picture has at most. */
export const PICTURE_PIECE = 512 * 1024
export const MOST_PICTURE = 64 * 1024 ** 2

/** What a page asks the trainer about a picture of its own, over the same line as about images. It holds one at a time. */
export const pictureCalls = {
  /** The next piece of a picture's file; at 0 a new one begins. */
  addPicturePiece: call(
    z.tuple([z.strictObject({ at: z.int().min(0).max(MOST_PICTURE), bytes: z.instanceof(Uint8Array) })]),
    { bytes: PICTURE_PIECE },
  )<void>(),
  /** What a checkpoint takes the picture for that was handed over last. Throws `DatasetError` where it cannot be read. */
  predictPicture: call(
    z.tuple([z.strictObject({ run: runId, checkpoint: z.string().regex(/^(best|last|step-\d+)$/) })]),
  )<PredictedPicture>(),
}

export type PictureCalls = CallsOf<typeof pictureCalls>

export interface PredictedPicture {
  /** By its name. */
  readonly checkpoint: string
  /** The likeliest first, five at most; none where the network gave no number. */
  readonly classes: readonly { readonly name: string; readonly probability: number }[]
  /** As the network saw it: uint8 [height, width, channels] */
  readonly pixels: Uint8Array
  readonly height: number
  readonly width: number
  readonly channels: number
  /** Where it sees signs of the likeliest class, by Grad-CAM. */
  readonly map?: ClassMapView
  /** Why there is none: a sentence. */
  readonly mapProblem?: string
}

import { z } from 'zod'
import type { DatasetFacts } from '../recipe/warnings.ts'
import { call, recipe, split, type CallsOf } from './calls.ts'
import type { PreviewedSample } from './preview.ts'

/** A name. */
const dataset = z.string().min(1).max(64)
const sampleIndices = z.array(z.int().min(0)).max(256)
/** Of a dataset without splits of its own; as the default recipe does it, where absent. */
const holdOut = z.strictObject({ validationShare: z.number().min(0).max(0.9), splitSeed: z.int().min(0) }).optional()

/**
 * What a page asks the trainer itself about images, over a line of its own: lists and pixels are large, and no
 * other process has a use for them.
 */
export const imageCalls = {
  /** What the warnings of a recipe go by. */
  describeDataset: call(z.tuple([z.strictObject({ dataset, holdOut })]))<DatasetFacts>(),
  /** A page of the readable images of a split, of one class or all. */
  listImages: call(
    z.tuple([
      z.strictObject({
        dataset,
        split,
        label: z.int().min(0).optional(),
        offset: z.int().min(0),
        limit: z.int().min(1).max(1000),
        holdOut,
      }),
    ]),
  )<ImagePage>(),
  /** JPEG files of at most `size` px a side, in the order asked for; an empty one where an image is gone. */
  thumbnails: call(
    z.tuple([z.strictObject({ dataset, split, samples: sampleIndices, size: z.int().min(16).max(512), holdOut })]),
  )<Uint8Array[]>(),
  /** Samples exactly as training will see them, from the pipeline itself. */
  previewSamples: call(
    z.tuple([
      z.strictObject({
        recipe,
        split,
        /** From 0. */
        epoch: z.int().min(0).max(100_000),
        samples: sampleIndices,
        /** Whether evaluation's view is wanted too; it is where absent. */
        originals: z.boolean().optional(),
      }),
    ]),
  )<ShownSample[]>(),
}

export type ImageCalls = CallsOf<typeof imageCalls>

/** What the trainer tells the page unasked. */
export interface ImageEvents {
  /** Images of a dataset that were read so far: it is listed for the first time. 0 in all: they are being counted. */
  listingProgress(dataset: string, done: number, total: number): void
}

export interface ImagePage {
  readonly classes: readonly string[]
  /** Images of the split and class. */
  readonly total: number
  readonly images: readonly { readonly index: number; readonly label: number; readonly file: string }[]
}

/** A sample with the names of its class and its partner's. */
export interface ShownSample extends PreviewedSample {
  readonly className: string
  readonly partnerClass?: string
}

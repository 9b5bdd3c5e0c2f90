import { z } from 'zod'
import type { Immutable } from '../immutable.ts'
import { splits } from '../recipe/split.ts'

/** What tells whether an Arrow file is as it was written, and where in it the rows are. */
export const arrowSeal = z.object({
  bytes: z.int().nonnegative(),
  crc32: z.int().nonnegative(),
  batches: z.array(z.object({ at: z.int().nonnegative(), rows: z.int().positive() })).max(1e6),
})

/** What a checkpoint, or a SavedModel, makes of the images of a split: `report.json` in a folder of `evaluation/`. */
export const evaluationReport = z.object({
  /** Its name; of a SavedModel from elsewhere, that of its folder, with step 0. */
  checkpoint: z.string(),
  step: z.int(),
  /** Of a SavedModel: where it was, how it was called, and how its input was made of the pixels (0 to 255). */
  model: z
    .object({
      folder: z.string(),
      signature: z.string(),
      input: z.string(),
      output: z.string(),
      layout: z.string(),
      channels: z.string(),
      imageSize: z.int(),
      resize: z.int(),
      resample: z.string(),
      mean: z.array(z.number()).optional(),
      std: z.array(z.number()).optional(),
      outputs: z.string(),
    })
    .optional(),
  /** `all` where the dataset has no splits. */
  split: z.enum([...splits, 'all']),
  /** The folder whose images were measured; empty in the reports of the first versions. */
  dataset: z.string().default(''),
  images: z.number(),
  /** SHA-256 over their names, labels and sizes, in their order. Absent in the reports of the first versions. */
  fingerprint: z.string().optional(),
  /** Images that were left out on demand, since the network does not know their class. Absent where there are none. */
  leftOut: z.int().positive().optional(),
  top1: z.number(),
  top5: z.number(),
  /** Mean of the images for which the network gave numbers; null where it gave none. */
  loss: z.number().nullable(),
  /** Images for which the network gave no numbers (NaN): they count as wrong. Absent where there are none. */
  notFinite: z.int().optional(),
  /**
   * Whether the network's batch norms were folded into its convolutions, and what that changes: the largest difference of
   * a logit for test images, of the largest logit; null where one is no number. Absent where it was not tried.
   */
  folding: z.object({ folded: z.boolean(), difference: z.number().nonnegative().nullable() }).optional(),
  seconds: z.number(),
  imagesPerSecond: z.number(),
  /** Right first guesses and images of each class, by name. */
  classes: z.array(z.object({ name: z.string(), images: z.number(), correct: z.number() })),
  /** What it says of each image: `predictions.arrow` beside the report. Absent in the reports of the first versions. */
  predictions: arrowSeal.extend({ inRecords: z.boolean() }).optional(),
  /** The logits of all classes: `logits.arrow`, where they were kept. */
  logits: arrowSeal.optional(),
  /** What the last dense layer makes them of, so many numbers an image: `features.arrow`, where they were asked for. */
  features: arrowSeal.extend({ width: z.int().positive() }).optional(),
  /** What is to be known of its images: a sentence each; absent where there is nothing, and in the reports of the first versions. */
  notes: z.array(z.string()).optional(),
  /** Why there is no such file: one sentence. Only in what is answered to who asked for it. */
  unsaved: z.string().optional(),
})

export type EvaluationReport = Immutable<z.infer<typeof evaluationReport>>

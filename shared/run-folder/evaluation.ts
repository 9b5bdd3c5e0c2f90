import { z } from 'zod'
import type { Immutable } from '../immutable.ts'
import { splits } from '../recipe/split.ts'

/** A file of `evaluation/`: what a checkpoint makes of the images of a split. */
export const evaluationReport = z.object({
  checkpoint: z.string(),
  step: z.int(),
  /** `all` where the dataset has no splits. */
  split: z.enum([...splits, 'all']),
  /** The folder whose images were measured; empty in the reports of the first versions. */
  dataset: z.string().default(''),
  images: z.number(),
  top1: z.number(),
  top5: z.number(),
  loss: z.number(),
  seconds: z.number(),
  imagesPerSecond: z.number(),
  /** Right first guesses and images of each class, by name. */
  classes: z.array(z.object({ name: z.string(), images: z.number(), correct: z.number() })),
  /** What is to be known of its images: a sentence each; absent where there is nothing, and in the reports of the first versions. */
  notes: z.array(z.string()).optional(),
  /** Why there is no such file: one sentence. Only in what is answered to who asked for it. */
  unsaved: z.string().optional(),
})

export type EvaluationReport = Immutable<z.infer<typeof evaluationReport>>

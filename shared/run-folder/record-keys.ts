import { z } from 'zod'
import type { Immutable } from '../immutable.ts'

/** Which features of a TFRecord are its image and its label, where they are not found by their usual names. */
export const recordKeys = z.strictObject({
  image: z.string().min(1).max(200).optional(),
  label: z.string().min(1).max(200).optional(),
  /** Added to every label that is a number. */
  labelOffset: z.int().min(-1_000_000).max(1_000_000).optional(),
})

export type RecordKeys = Immutable<z.infer<typeof recordKeys>>

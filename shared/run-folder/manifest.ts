import { z } from 'zod'
import type { CheckpointManifest } from './run.ts'

const count = z.int().min(0)
const share = z.number().min(0).max(1)

const manifestSchema = z.object({
  format: z.literal(1),
  step: count,
  epoch: z.number().min(0),
  created: z.string(),
  position: count,
  seed: count,
  learningRateScale: z.number().positive().optional(),
  rollBacks: count.optional(),
  metrics: z.object({ top1: share, top5: share, loss: z.number() }).optional(),
  bestMetric: z.enum(['top1', 'top5', 'loss']).optional(),
  tensors: z.array(z.object({ name: z.string(), shape: z.array(count), dtype: z.string() })),
  // Plain names: a manifest must not point out of its folder.
  files: z
    .array(z.object({ name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/), bytes: count, sha256: z.string() }))
    .min(1),
}) satisfies z.ZodType<CheckpointManifest>

/** The manifest of the checkpoint after `step` steps. Throws where it is damaged, of a newer format, or another step's. */
export function parseManifest(value: unknown, step: number): CheckpointManifest {
  const manifest = manifestSchema.parse(value)
  if (manifest.step !== step) throw new RangeError(`the manifest is that of step ${manifest.step}, not ${step}`)
  return manifest
}

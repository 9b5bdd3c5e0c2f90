import { bestMetrics } from '../recipe/best-metrics.ts'
import { z } from 'zod'
import type { Immutable } from '../immutable.ts'

const count = z.int().min(0)
const share = z.number().min(0).max(1)

/** `manifest.json` of a checkpoint, written last: a folder without it is none. */
const checkpointManifest = z.object({
  format: z.literal(1),
  step: count,
  epoch: z.number().min(0),
  created: z.string(),
  /** Position in the stream of training samples: samples consumed since the start of the run. */
  position: count,
  seed: count,
  /** What the schedule's learning rate was multiplied by; 1 where absent. */
  learningRateScale: z.number().positive().optional(),
  /** How often training has gone back to an earlier checkpoint until here; 0 where absent. */
  rollBacks: count.optional(),
  /** Absent where its weights were not evaluated. */
  metrics: z.object({ top1: share, top5: share, loss: z.number() }).optional(),
  /** Which of them says what the best checkpoint is; top-1 where absent. */
  bestMetric: z.enum(bestMetrics).optional(),
  /** The recipe as it was then; absent in the checkpoints of the first versions, as is `run`. */
  recipe: z.unknown().optional(),
  /** SHA-256 over what of the run's record stays as it is while it trains. */
  run: z.string().optional(),
  tensors: z.array(z.object({ name: z.string(), shape: z.array(count), dtype: z.string() })),
  /** Every other file of the checkpoint. Plain names: a manifest must not point out of its folder. */
  files: z
    .array(z.object({ name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/), bytes: count, sha256: z.string() }))
    .min(1),
})

export type CheckpointManifest = Immutable<z.infer<typeof checkpointManifest>>

/** The manifest of the checkpoint after `step` steps. Throws where it is damaged, of a newer format, or another step's. */
export function parseManifest(value: unknown, step: number): CheckpointManifest {
  const manifest = checkpointManifest.parse(value)
  if (manifest.step !== step) throw new RangeError(`the manifest is that of step ${manifest.step}, not ${step}`)
  return manifest
}

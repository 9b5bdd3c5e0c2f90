import { z } from 'zod'
import type { Immutable } from '../immutable.ts'

/** A line of `events.jsonl`. */
const runEvent = z.object({
  /** Unix time, seconds. */
  wall: z.number(),
  kind: z.enum([
    ...(['started', 'resumed', 'stopped', 'finished', 'failed', 'checkpoint', 'warning', 'paused'] as const),
    ...(['continued', 'learning-rate', 'skipped', 'rolled-back', 'early-stopping', 'interrupted', 'extended'] as const),
  ]),
  /** Optimizer steps done. */
  step: z.number(),
  message: z.string(),
})

export type RunEvent = Immutable<z.infer<typeof runEvent>>

export const isRunEvent = (value: unknown): value is RunEvent => runEvent.safeParse(value).success

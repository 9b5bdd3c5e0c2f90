import { z } from 'zod'
import { RunError } from '../errors.ts'
import type { RunRecord } from './run.ts'

const share = z.number().min(0).max(1)
const count = z.int().min(0)

const summary = z.object({
  top1: share,
  top5: share,
  loss: z.number(),
  bestTop1: share,
  bestStep: count,
  bestMetric: z.enum(['top1', 'top5', 'loss']).optional(),
  best: z.number().optional(),
  imagesPerSecond: z.number().min(0),
  seconds: z.number().min(0),
  dataWait: share,
})

const runRecord = z.object({
  format: z.literal(1),
  id: z.string(),
  name: z.string(),
  status: z.enum(['running', 'stopped', 'finished', 'failed']),
  error: z.string().optional(),
  created: z.string(),
  started: z.string(),
  ended: z.string().optional(),
  trainer: z.object({ pid: z.int(), host: z.string(), birth: z.string().optional() }),
  dataset: z.object({ name: z.string(), root: z.string(), classes: z.array(z.string()), fingerprint: z.string() }),
  tensorFlow: z.string(),
  devices: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
  step: count,
  epoch: z.number().min(0),
  summary: summary.optional(),
}) satisfies z.ZodType<RunRecord>

/** The content of a `run.json`. Throws `RunError` when it is damaged or of a newer format. */
export function parseRunRecord(value: unknown, id: string): RunRecord {
  const format = z.object({ format: z.int() }).safeParse(value)
  if (format.success && format.data.format > 1) {
    throw new RunError(
      `The run ${id} was written by a newer Anneal (format ${format.data.format}); update Anneal to open it.`,
    )
  }
  const parsed = runRecord.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new RunError(
    `The run.json of ${id} is damaged (${issue?.path.join('.') || 'its content'}: ${issue?.message}); restore it or remove the run's folder.`,
  )
}

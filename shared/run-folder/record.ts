import { bestMetrics } from '../recipe/best-metrics.ts'
import { z } from 'zod'
import { RunError } from '../errors.ts'
import type { Immutable } from '../immutable.ts'
import { runFiles } from './files.ts'
import { recordKeys } from './record-keys.ts'

const share = z.number().min(0).max(1)
const count = z.int().min(0)
const positive = z.int().min(1)

/** How fast a start of a run was. */
const speed = {
  /** Training images per second of the training steps, evaluation and checkpoints left out. */
  imagesPerSecond: z.number().min(0),
  /** Wall time of this start of the run, everything included. */
  seconds: z.number().min(0),
  /** Share of the training time in which the step waited for images, 0 to 1. */
  dataWait: share,
}

const summary = z.object({
  /** Share of validation images whose first guess is right, 0 to 1, at the last evaluation. */
  top1: share,
  top5: share,
  loss: z.number(),
  /** Top-1 and steps of the best evaluation, by the metric that the recipe names; the first of equal ones. */
  bestTop1: share,
  bestStep: count,
  /** That metric, and its value there; top-1 where absent. */
  bestMetric: z.enum(bestMetrics).optional(),
  best: z.number().optional(),
  ...speed,
})

/** What the recipe comes to on the dataset. A step is one of the optimizer. */
const plan = z.object({
  totalSteps: positive,
  stepsPerEpoch: positive,
  /** The last one may be cut short, where the recipe gives steps. */
  epochs: positive,
  imagesPerStep: positive,
  classes: positive,
})

/** `run.json`: what a run is and how it stands. */
const fileChecksums = z.partialRecord(z.enum([runFiles.recipe, runFiles.model, runFiles.corrections]), z.string())

const runRecord = z.object({
  format: z.literal(1),
  id: z.string(),
  name: z.string(),
  status: z.enum(['running', 'stopped', 'finished', 'failed']),
  /** Why it failed: one sentence. */
  error: z.string().optional(),
  /** ISO 8601, UTC. */
  created: z.string(),
  started: z.string(),
  ended: z.string().optional(),
  /**
   * The process that trains, to tell an interrupted run from a running one; `birth` tells it from others of that id,
   * and the folder that it trains in tells a copy, of which it knows nothing.
   */
  trainer: z.object({ pid: z.int(), host: z.string(), birth: z.string().optional(), folder: z.string().optional() }),
  dataset: z.object({
    name: z.string(),
    root: z.string(),
    records: recordKeys.optional(),
    classes: z.array(z.string()),
    /** Images of each split that can be read; absent in the runs of the first versions. */
    images: z.object({ train: count, val: count }).optional(),
    /** SHA-256 over the names, labels and sizes of the training images that can be read. */
    fingerprint: z.string(),
    /** Images whose EXIF orientation is applied; absent where the run was trained before that was done. */
    turned: z.int().min(0).optional(),
  }),
  tensorFlow: z.string(),
  /** TensorFlow's build; not known of runs before it was kept, and of a folder that a variable named. */
  build: z.enum(['cpu', 'cuda']).optional(),
  devices: z.array(z.string()),
  /** Why it was computed on the processor though there is a GPU: a sentence. */
  whyNoGpu: z.string().optional(),
  /** The switches as they really were in the trainer's environment. */
  environment: z.record(z.string(), z.string()),
  /** Absent in the runs of the first versions. */
  plan: plan.optional(),
  /** Steps done when it was last made to train further: early stopping counts evaluations anew from there. */
  extendedAt: count.optional(),
  /** SHA-256 of `recipe.json`, `model.json` and `corrections.json` as JSON values, by name; absent in the runs of the first versions. */
  checksums: fileChecksums.optional(),
  /** Those that the files had before, while a start of the run writes them. */
  checksumsBefore: fileChecksums.optional(),
  /** Optimizer steps done. */
  step: count,
  epoch: z.number().min(0),
  /** Absent until the first evaluation. */
  summary: summary.optional(),
})

export type RunRecord = Immutable<z.infer<typeof runRecord>>
export type RunPlan = Immutable<z.infer<typeof plan>>
export type RunSummary = Immutable<z.infer<typeof summary>>
export type RunSpeed = Pick<RunSummary, keyof typeof speed>

/** `interrupted` is never written: it is what a reader says of a `running` run whose trainer is gone. */
export type RunStatus = RunRecord['status']

/** What a reader makes of it. */
export type ShownStatus = RunStatus | 'interrupted'

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
    `The ${runFiles.record} of ${id} is damaged (${issue?.path.join('.') || 'its content'}: ${issue?.message}); restore it or remove the run's folder.`,
  )
}

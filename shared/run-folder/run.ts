import type { BestMetric } from './best-metric.ts'

export type Split = 'train' | 'val'

/** `interrupted` is never written: it is what a reader says of a `running` run whose trainer is gone. */
export type RunStatus = 'running' | 'stopped' | 'finished' | 'failed'

/** What a reader makes of it. */
export type ShownStatus = RunStatus | 'interrupted'

/** `run.json`: what a run is and how it stands. */
export interface RunRecord {
  readonly format: 1
  readonly id: string
  readonly name: string
  readonly status: RunStatus
  /** Why it failed: one sentence. */
  readonly error?: string
  /** ISO 8601, UTC. */
  readonly created: string
  readonly started: string
  readonly ended?: string
  /** The process that trains, to tell an interrupted run from a running one; `birth` tells it from others of that id. */
  readonly trainer: { readonly pid: number; readonly host: string; readonly birth?: string }
  readonly dataset: {
    readonly name: string
    readonly root: string
    readonly classes: readonly string[]
    /** SHA-256 over the names, labels and sizes of the training images that can be read. */
    readonly fingerprint: string
  }
  readonly tensorFlow: string
  readonly devices: readonly string[]
  /** The switches as they really were in the trainer's environment. */
  readonly environment: Readonly<Record<string, string>>
  /** Optimizer steps done. */
  readonly step: number
  readonly epoch: number
  readonly summary?: RunSummary
}

export interface RunSummary extends RunSpeed {
  /** Share of validation images whose first guess is right, 0 to 1, at the last evaluation. */
  readonly top1: number
  readonly top5: number
  readonly loss: number
  /** Top-1 and steps of the best evaluation, by the metric that the recipe names; the first of equal ones. */
  readonly bestTop1: number
  readonly bestStep: number
  /** That metric, and its value there; top-1 where absent. */
  readonly bestMetric?: BestMetric
  readonly best?: number
}

/** How fast a start of a run was. */
export interface RunSpeed {
  /** Training images per second of the training steps, evaluation and checkpoints left out. */
  readonly imagesPerSecond: number
  /** Wall time of this start of the run, everything included. */
  readonly seconds: number
  /** Share of the training time in which the step waited for images, 0 to 1. */
  readonly dataWait: number
}

/** A line of `metrics.jsonl`. */
export interface MetricsRecord {
  /** Optimizer steps done when it was written. */
  readonly step: number
  /** Epochs done, with their fraction. */
  readonly epoch: number
  /** Unix time, seconds. */
  readonly wall: number
  readonly split: Split
  /** `loss`, `top1`, `top5`; for the training split also `learningRate`, `imagesPerSecond`, `dataWait`, seconds a step, and in fp16 `lossScale` and how many steps were `skipped`. */
  readonly values: Readonly<Record<string, number>>
}

/** A line of `events.jsonl`. */
export interface RunEvent {
  readonly wall: number
  readonly kind:
    | 'started'
    | 'resumed'
    | 'stopped'
    | 'finished'
    | 'failed'
    | 'checkpoint'
    | 'warning'
    | 'paused'
    | 'continued'
    | 'learning-rate'
    | 'skipped'
    | 'rolled-back'
    | 'early-stopping'
    | 'interrupted'
  readonly step: number
  readonly message: string
}

/** `checkpoints/step-<n>/manifest.json`, written last: a checkpoint without it is not one. */
export interface CheckpointManifest {
  readonly format: 1
  readonly step: number
  readonly epoch: number
  readonly created: string
  /** Position in the stream of training samples: samples consumed since the start of the run. */
  readonly position: number
  readonly seed: number
  /** What the schedule's learning rate was multiplied by; 1 where absent. */
  readonly learningRateScale?: number
  /** How often training has gone back to an earlier checkpoint until here; 0 where absent. */
  readonly rollBacks?: number
  readonly metrics?: { readonly top1: number; readonly top5: number; readonly loss: number }
  /** Which of them says what the best checkpoint is; top-1 where absent. */
  readonly bestMetric?: BestMetric
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[]; readonly dtype: string }[]
  /** Every other file of the checkpoint, with its size and hash. */
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[]
}

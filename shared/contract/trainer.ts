import type { Recipe } from '../recipe/schema.ts'
import type { RunSummary, Split } from '../run.ts'

/** What a trainer process does for its host. One call of `train` or `evaluate` at a time. */
export interface TrainerCalls {
  describeMachine(): Promise<MachineDescription>
  /** Where TensorFlow's library is looked for, in order, and what is there; does not load it. */
  describeLibrary(): Promise<LibraryDescription>
  /** Reads a dataset folder and decodes every image that has not been seen before. */
  checkDataset(request: CheckDatasetRequest): Promise<DatasetReport>
  /** Trains until the end, a stop or an error, and writes the run's folder meanwhile. */
  train(request: TrainRequest): Promise<TrainOutcome>
  evaluate(request: EvaluateRequest): Promise<EvaluationReport>
  /** Asks the running `train` to save a checkpoint and stop after the step at hand. */
  stop(): Promise<void>
  /** Saves a checkpoint after the step at hand; resolves when it is there. */
  saveCheckpoint(): Promise<void>
  /** The running `train` waits between steps until it is to go on. Stopping and checkpoints go on working. */
  pause(paused: boolean): Promise<void>
  /** Multiplies the schedule's learning rate from the next step on: 1 is the schedule itself. */
  scaleLearningRate(factor: number): Promise<void>
  /** The readable images of a dataset, reading its folder anew. */
  listImages(request: CheckDatasetRequest): Promise<ImageList>
  /** Samples as training and evaluation will see them, of the images as they were last listed. Calls wait for each other. */
  previewSamples(request: PreviewSamplesRequest): Promise<PreviewedSample[]>
}

/** What a trainer process tells its host meanwhile. */
export interface TrainerEvents {
  progress(progress: TrainerProgress): void
}

export type TrainerProgress =
  | { readonly phase: 'preparing'; readonly message: string }
  | { readonly phase: 'checking'; readonly done: number; readonly total: number }
  | ({ readonly phase: 'training' } & TrainingProgress)
  | { readonly phase: 'evaluating'; readonly done: number; readonly total: number }
  | { readonly phase: 'evaluated'; readonly epoch: number; readonly top1: number; readonly top5: number; readonly loss: number }
  | { readonly phase: 'checkpoint'; readonly step: number }
  | { readonly phase: 'paused'; readonly step: number }
  | { readonly phase: 'warning'; readonly message: string }

export interface TrainingProgress {
  readonly step: number
  readonly totalSteps: number
  /** The epoch under way, from 1. */
  readonly epoch: number
  readonly epochs: number
  readonly loss: number
  readonly top1: number
  readonly learningRate: number
  readonly imagesPerSecond: number
  readonly secondsLeft: number
}

export interface CheckDatasetRequest {
  readonly root: string
  /** Where the index is kept between calls. */
  readonly cacheFolder: string
}

/** The classes in the order of their labels, and the images of each split as columns: the position is the sample index. */
export interface ImageList {
  readonly root: string
  readonly classes: readonly string[]
  readonly splits: Readonly<Record<Split, { readonly paths: readonly string[]; readonly labels: Int32Array }>>
}

export interface PreviewSamplesRequest extends CheckDatasetRequest {
  readonly split: Split
  readonly recipe: Pick<Recipe, 'data' | 'augment' | 'run'>
  /** From 0. */
  readonly epoch: number
  /** Sample indices. */
  readonly samples: readonly number[]
}

/** A sample as training sees it in an epoch, and as evaluation sees it, which is a square of its own size; row-major, a byte a channel. */
export interface PreviewedSample {
  readonly index: number
  readonly label: number
  readonly augmented: Uint8Array
  readonly original: Uint8Array
  readonly height: number
  readonly width: number
  readonly channels: number
}

export interface TrainRequest {
  readonly runFolder: string
  readonly cacheFolder: string
  readonly recipe: Recipe
  readonly dataset: { readonly name: string; readonly root: string }
  /** Continue from the newest checkpoint of the run folder, or this one. */
  readonly resume?: { readonly checkpoint?: string }
}

export interface TrainOutcome {
  readonly status: 'finished' | 'stopped'
  readonly step: number
  /** Absent when the run was stopped before its first evaluation. */
  readonly summary?: RunSummary
}

export interface EvaluateRequest {
  readonly runFolder: string
  readonly cacheFolder: string
  /** `best`, `last` or the name of a checkpoint folder. */
  readonly checkpoint: string
  readonly split: Split
  /** In place of the run's own dataset. */
  readonly datasetRoot?: string
}

export interface EvaluationReport {
  readonly checkpoint: string
  readonly step: number
  readonly split: Split
  /** The folder whose images were measured. */
  readonly dataset: string
  readonly images: number
  readonly top1: number
  readonly top5: number
  readonly loss: number
  readonly seconds: number
  readonly imagesPerSecond: number
  /** Right first guesses and images of each class, by name. */
  readonly classes: readonly { readonly name: string; readonly images: number; readonly correct: number }[]
}

export interface UnreadableImage {
  /** Relative to the dataset's folder. */
  readonly file: string
  readonly reason: string
}

export interface DatasetReport {
  readonly root: string
  readonly classes: readonly string[]
  readonly splits: Readonly<Record<Split, { readonly images: number; readonly perClass: readonly number[] }>>
  readonly unreadable: readonly UnreadableImage[]
}

export interface MachineDescription {
  readonly tensorFlow: { readonly version: string; readonly folder: string }
  readonly devices: readonly { readonly name: string; readonly type: string; readonly memoryBytes: number }[]
  /** The switches that were set before TensorFlow loaded. */
  readonly environment: Readonly<Record<string, string>>
}

export interface LibraryDescription {
  /** In the order in which they are looked at. */
  readonly candidates: readonly LibraryCandidate[]
}

/** A folder where TensorFlow's two libraries may lie. */
export interface LibraryCandidate {
  /** `environment`: `ANNEAL_TENSORFLOW` names it; `cache`: set-up fills it. */
  readonly source: 'environment' | 'cache'
  readonly folder: string
  readonly state: 'usable' | 'missing' | 'damaged'
  /** One clause that tells the state, e.g. `libtensorflow_cc.so.2 is cut short`. */
  readonly detail: string
}

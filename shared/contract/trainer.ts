import type { Recipe } from '../recipe/schema.ts'
import type { PreviewedSample, PreviewSamplesRequest } from './preview.ts'
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
  /** The classes that a checkpoint takes images for. */
  predict(request: PredictRequest): Promise<PredictionReport>
  /** Measures the steps of a recipe on random images, without an input pipeline. */
  benchmark(request: BenchmarkRequest): Promise<BenchmarkReport>
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
  | { readonly phase: 'measuring'; readonly done: number; readonly total: number }
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

export interface TrainRequest {
  readonly runFolder: string
  readonly cacheFolder: string
  readonly recipe: Recipe
  readonly dataset: { readonly name: string; readonly root: string }
  /** A file to append to in the form of NVIDIA's DLLogger. Absolute. */
  readonly dllogger?: string
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

export interface PredictRequest {
  readonly runFolder: string
  /** `best`, `last` or the name of a checkpoint folder. */
  readonly checkpoint: string
  /** An image, or a folder of them, read with all folders below it. */
  readonly path: string
  /** Classes that are told of each image. */
  readonly top: number
}

export interface PredictionReport {
  readonly checkpoint: string
  readonly step: number
  readonly images: readonly PredictedImage[]
  readonly unreadable: readonly UnreadableImage[]
}

export interface PredictedImage {
  /** Relative to the folder that was named. */
  readonly file: string
  /** The likeliest first; probabilities from 0 to 1. */
  readonly classes: readonly { readonly name: string; readonly probability: number }[]
}

export interface BenchmarkRequest {
  readonly kind: 'train' | 'inference'
  readonly recipe: Recipe
  readonly classes: number
  /** Those that are measured, one at least. */
  readonly steps: number
  /** Those before them, which are not. */
  readonly warmup: number
}

export interface BenchmarkReport extends Pick<BenchmarkRequest, 'kind' | 'classes' | 'steps' | 'warmup'> {
  readonly architecture: string
  readonly tensorFlow: string
  readonly devices: readonly string[]
  /** Pixels. */
  readonly imageSize: number
  /** Images in a step. */
  readonly batchSize: number
  readonly imagesPerSecond: number
  readonly latency: Latency
}

/** Seconds a step: their mean and percentiles. */
export interface Latency {
  readonly mean: number
  readonly p50: number
  readonly p90: number
  readonly p95: number
  readonly p99: number
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

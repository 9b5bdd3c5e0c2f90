import type { Recipe } from '../recipe/schema.ts'
import type { BuildName } from './builds.ts'
import type { GpuDescription } from './gpu.ts'
import type { EvaluationReport } from '../run-folder/evaluation.ts'
import type { CompareEvaluationsRequest, EvaluationComparison } from './evaluation-comparison.ts'
import type { EvaluationHistory, EvaluationHistoryRequest } from './evaluation-history.ts'
import type { EvaluationMap, EvaluationMapRequest } from './evaluation-map.ts'
import type { EvaluationDrawings, PicturedSamples, PicturedSamplesRequest } from './evaluation-report.ts'
import type { EvaluationFigures, EvaluationFiguresRequest } from './evaluation-figures.ts'
import type { LabelErrorsReport, LabelErrorsRequest } from './label-errors.ts'
import type { SliceFigures, SliceFiguresRequest, SlicesReport } from './sample-facts.ts'
import type { ToldOfModel } from './served-model.ts'
import type { ModelDescription } from './model-cost.ts'
import type { ImageCalls } from './images.ts'
import type { Split } from '../recipe/split.ts'
import type { RecordKeys } from '../run-folder/record-keys.ts'
import type { RunSpeed, RunSummary } from '../run-folder/record.ts'

/** What a trainer process does for its host. One call of `train` or `evaluate` at a time. */
export interface TrainerCalls extends ImageCalls {
  /** Answers at once, whatever is under way: a sign of life. */
  ping(): Promise<void>
  describeMachine(): Promise<MachineDescription>
  /** What can be found out of GPUs without loading TensorFlow. */
  describeGpu(): Promise<GpuDescription>
  /** Says how a dataset is laid out and what is in it; refuses what is none. Opens no image. */
  listDataset(dataset: DatasetPlace): Promise<DatasetListing>
  /** Reads a dataset folder and decodes every image that has not been seen before. */
  checkDataset(dataset: DatasetPlace): Promise<DatasetReport>
  /** Trains until the end, a stop or an error, and writes the run's folder meanwhile. */
  train(request: TrainRequest): Promise<TrainOutcome>
  evaluate(request: EvaluateRequest): Promise<EvaluationReport>
  /** The same of a SavedModel. Throws `UsageError` for what has to be told of it. */
  evaluateModel(request: EvaluateModelRequest): Promise<EvaluationReport>
  /** What the predictions of an evaluation come to. */
  evaluationFigures(request: EvaluationFiguresRequest): Promise<EvaluationFigures>
  /** Samples of an evaluation with small pictures of them. */
  picturedSamples(place: EvaluationPlace, request: PicturedSamplesRequest): Promise<PicturedSamples>
  /** What is drawn of an evaluation. @param folder its own, absolute */
  evaluationDrawings(folder: string): Promise<EvaluationDrawings>
  /** What a second evaluation changes against a first one of the same images. */
  compareEvaluations(request: CompareEvaluationsRequest): Promise<EvaluationComparison>
  /** How images fare over the evaluations of a run's checkpoints. */
  evaluationHistory(request: EvaluationHistoryRequest): Promise<EvaluationHistory>
  /** Which slices of its samples do worst. Measures its images where that was not done before. @param least samples that a slice has at least */
  evaluationSlices(place: EvaluationPlace, least?: number): Promise<SlicesReport>
  /** The figures of a slice, likewise. */
  sliceFigures(place: EvaluationPlace, request: SliceFiguresRequest): Promise<SliceFigures>
  /** Its images in the plane by their features: the map that was kept, where that is by the same settings, else it is made and kept. */
  evaluationMap(request: EvaluationMapRequest): Promise<EvaluationMap>
  /** Which labels of its images are likely wrong. */
  labelErrors(request: LabelErrorsRequest): Promise<LabelErrorsReport>
  /** Does one training step and forgets it. Fails with `OutOfMemoryError` where it does not fit into memory. */
  tryStep(request: TryStepRequest): Promise<void>
  /** What the network of a recipe is made of and costs. Throws where it cannot be made. */
  describeModel(request: DescribeModelRequest): Promise<ModelDescription>
  /** The classes that a checkpoint takes images for. */
  predict(request: PredictRequest): Promise<PredictionReport>
  /** Writes the network of a checkpoint for others to use. */
  exportModel(request: ExportRequest): Promise<ExportReport>
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
  /** Reads a dataset's folder anew when it is asked about next. */
  forgetDataset(root: string): Promise<void>
  /** Answers the page whose line was handed over last, until that is closed. */
  servePage(): Promise<void>
}

/** What a trainer process tells its host meanwhile, and asks it. */
export interface TrainerEvents {
  progress(progress: TrainerProgress): void
  /** The dataset that a page means, by its name or folder. Throws `DatasetError` for one that it may not see. */
  datasetOf: DatasetOf
  /** Where an evaluation of a run that a page means lies, and its images. Throws `RunError` where there is none. */
  evaluationOf: EvaluationOf
  /** Where a run that a page means lies. Throws `RunError` where there is none. */
  runOf: RunOf
}

/** What a trainer asks its host about places, where it may. */
export type Places = Partial<Pick<TrainerEvents, 'datasetOf' | 'evaluationOf' | 'runOf'>>

export type EvaluationOf = (run: string, evaluation: string) => Promise<EvaluationPlace>

/** The folders of a run, and where indexes are kept between calls: absolute. */
export type RunOf = (run: string) => Promise<Pick<EvaluationPlace, 'runFolder' | 'cacheFolder'>>

export type DatasetOf = (nameOrRoot: string) => Promise<DatasetPlace>

/** Where a dataset lies, and how it is read. */
export interface DatasetSource {
  readonly root: string
  /** For TFRecords. */
  readonly records?: RecordKeys | undefined
}

/** Where an evaluation is, and its images. */
export interface EvaluationPlace {
  /** Of the run and of the evaluation, absolute. */
  readonly runFolder: string
  readonly folder: string
  readonly cacheFolder: string
  /** Absent where they are not found. */
  readonly images?: {
    readonly source: DatasetSource
    /** Those of the run itself: they are split as it split them. */
    readonly isOwn: boolean
  }
  /** Why they are not: a sentence. */
  readonly imagesProblem?: string
}

export interface DatasetPlace extends DatasetSource {
  /** Where its index is kept between calls. */
  readonly cacheFolder: string
}

export type TrainerProgress =
  | { readonly phase: 'preparing'; readonly message: string }
  | { readonly phase: 'checking'; readonly done: number; readonly total: number }
  | ({ readonly phase: 'training' } & TrainingProgress)
  | { readonly phase: 'evaluating'; readonly done: number; readonly total: number }
  | {
      readonly phase: 'evaluated'
      readonly epoch: number
      readonly top1: number
      readonly top5: number
      readonly loss: number
    }
  | { readonly phase: 'measuring'; readonly done: number; readonly total: number }
  | MapProgress
  | { readonly phase: 'checkpoint'; readonly step: number }
  | { readonly phase: 'paused'; readonly step: number }
  | { readonly phase: 'warning'; readonly message: string }

/** Images are compared first, and then placed in steps. */
export interface MapProgress {
  readonly phase: 'mapping'
  readonly step: 'comparing' | 'placing'
  readonly done: number
  readonly total: number
}

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

export interface DescribeModelRequest {
  readonly recipe: Recipe
  readonly classes: number
}

/** How a dataset without splits of its own is split. */
export type HoldOut = Pick<Recipe['data'], 'validationShare' | 'splitSeed'> &
  Partial<Pick<Recipe['data'], 'folds' | 'fold'>>

export interface TrainRequest {
  readonly runFolder: string
  readonly cacheFolder: string
  readonly recipe: Recipe
  readonly dataset: DatasetSource & { readonly name: string }
  /** A file to append to in the form of NVIDIA's DLLogger. Absolute. */
  readonly dllogger?: string
  /** Continue from the newest checkpoint of the run folder, or this one. */
  readonly resume?: { readonly checkpoint?: string }
}

export type TryStepRequest = Pick<TrainRequest, 'cacheFolder' | 'recipe' | 'dataset'>

export interface TrainOutcome {
  readonly status: 'finished' | 'stopped'
  readonly step: number
  /** Absent when the run was stopped before its first step. */
  readonly speed?: RunSpeed
  /** Absent when the run was never evaluated. */
  readonly summary?: RunSummary
}

export interface EvaluateRequest {
  readonly runFolder: string
  readonly cacheFolder: string
  /** `best`, `last` or the name of a checkpoint folder. */
  readonly checkpoint: string
  /** Without it, val where the dataset has one, else all its images. */
  readonly split?: Split
  /** Where the run's own dataset lies now; without it, where it was. */
  readonly own?: DatasetSource
  /** In place of the run's own dataset. */
  readonly dataset?: DatasetSource
  /** Whether images of classes that the network does not know are left out; without it, they are refused. */
  readonly leaveOutUnknown?: boolean
  /** Whether the logits of all classes are kept; without it, where they take little room. */
  readonly logits?: boolean
  /** Whether what the network's last dense layer takes is kept. */
  readonly features?: boolean
}

export interface EvaluateModelRequest extends Pick<EvaluateRequest, 'split' | 'leaveOutUnknown' | 'logits'> {
  /** The SavedModel's folder, absolute. */
  readonly model: string
  /** The folder that has its evaluations, absolute. */
  readonly keepIn: string
  readonly cacheFolder: string
  readonly dataset: DatasetSource
  readonly told: ToldOfModel
}

export interface PredictRequest {
  readonly cacheFolder: string
  readonly runFolder: string
  /** `best`, `last` or the name of a checkpoint folder. */
  readonly checkpoint: string
  /** Images, and folders of them, read with all folders below; absolute, one at least. */
  readonly paths: readonly string[]
  /** Classes that are told of each image. */
  readonly top: number
}

export interface PredictionReport {
  readonly checkpoint: string
  readonly step: number
  /** What the files are relative to: the folder that was named, or the one that all that was named lies in. */
  readonly root: string
  readonly images: readonly PredictedImage[]
  readonly unreadable: readonly UnreadableImage[]
  /** Of the folders. */
  readonly passedOver: readonly PassedOver[]
}

export interface PredictedImage {
  /** Relative to the root. */
  readonly file: string
  /** The likeliest first; probabilities from 0 to 1. */
  readonly classes: readonly { readonly name: string; readonly probability: number }[]
}

export interface ExportRequest {
  readonly runFolder: string
  /** `best`, `last` or the name of a checkpoint folder. */
  readonly checkpoint: string
  /** Absolute; it must not be there, or be empty. */
  readonly folder: string
}

/** What was exported, and how it is used. */
export interface ExportReport {
  readonly folder: string
  readonly format: 'saved-model'
  readonly checkpoint: string
  readonly step: number
  /** Or the name of the model's file. */
  readonly architecture: string
  /** The pixels as the evaluation transform leaves them, 0 to 255; `null` for the batch. */
  readonly input: { readonly name: string; readonly dtype: 'uint8'; readonly shape: readonly (number | null)[] }
  readonly outputs: readonly string[]
  /** Pixels that the short side of an image is scaled to before the centre is cut out. */
  readonly resize: number
  /** How it is scaled. */
  readonly resample: Recipe['data']['resample']
  readonly quantize: Recipe['precision']['quantize']
  readonly classes: number
  /** The largest difference of a class's probability between the exported network and the checkpoint, on the same images. */
  readonly difference: number
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
  /** Or the name of the model's file. */
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

/** Something that could have been part of a dataset, and is not. */
export interface LeftOut {
  /** A folder or file, relative to the dataset's. */
  readonly path: string
  /** A clause, e.g. `holds no images`. */
  readonly reason: string
}

/** Files of one kind in a dataset's folders that are not read. */
export interface PassedOver {
  /** Their ending, e.g. `.txt`, or `folders`. */
  readonly what: string
  /** E.g. `no image`, `hidden`, `HEIC, which is not read`. */
  readonly reason: string
  readonly files: number
  /** The first of them, relative to the dataset's folder. */
  readonly first: string
}

/** What a split of a dataset consists of. */
export interface SplitListing {
  /** Where it is: its folder, file or pattern of files; absent for a split without images. */
  readonly from?: string
  readonly images: number
  /** By label. */
  readonly perClass: readonly number[]
}

/** What a dataset consists of, as its folders and tables say it. */
export interface DatasetListing {
  readonly root: string
  /** How the dataset is laid out, e.g. `image-folder`, and what people call that. */
  readonly kind: string
  readonly layout: string
  readonly classes: readonly string[]
  readonly splits: Readonly<Record<Split, SplitListing>>
  /** Absent where the dataset has splits of its own. */
  readonly heldOut?: HoldOut
  readonly leftOut: readonly LeftOut[]
  readonly passedOver: readonly PassedOver[]
  /** What was decided where it could have been otherwise, and what is to be known before training: a sentence each. */
  readonly warnings: readonly string[]
}

/** The same of the images that can be read, and what is in them. */
export interface DatasetReport extends DatasetListing {
  /** Why nothing can be trained on it: one sentence. */
  readonly problem?: string
  readonly unreadable: readonly UnreadableImage[]
  readonly details?: DatasetDetails
}

/** What a check finds out beyond counts; of the readable images. */
export interface DatasetDetails {
  /** Pixels. */
  readonly heights: Spread
  readonly widths: Spread
  /** Images by format and colours, e.g. `JPEG RGB`; the most frequent first. */
  readonly modes: readonly { readonly name: string; readonly images: number }[]
  /** Images that are stored on their side or mirrored: the orientation that their EXIF notes is applied. */
  readonly turned: number
  /** Images that are decoded by way of a copy, since TensorFlow does not decode their files. */
  readonly copied: number
  /** Training images of the largest class for one of the smallest. */
  readonly imbalance: { readonly largest: string; readonly smallest: string; readonly ratio: number }
  /** Of the training images, red, green and blue, on the 0-255 scale; every image counts the same. */
  readonly mean: readonly number[]
  readonly std: readonly number[]
  /** The same bytes. */
  readonly exactDuplicates: Duplicates
  /** Another file of what looks like the same picture: scaled, recompressed, slightly changed. Not looked for among pictures of something on a plain ground. */
  readonly nearDuplicates: Duplicates
}

export interface Spread {
  readonly least: number
  readonly median: number
  readonly most: number
}

export interface Duplicates {
  /** Images that are one another's duplicates are a group. */
  readonly groups: number
  /** In all groups. */
  readonly images: number
  /** Groups with training and validation images: those are not measured honestly. */
  readonly acrossSplits: number
  /** Groups whose images have different labels. */
  readonly acrossClasses: number
  /** The first groups, those across splits before the others. */
  readonly examples: readonly (readonly DuplicateImage[])[]
}

export interface DuplicateImage {
  readonly file: string
  readonly split: Split
  readonly label: number
}

export interface MachineDescription {
  readonly tensorFlow: { readonly version: string; readonly folder: string; readonly build?: BuildName }
  readonly devices: readonly DeviceDescription[]
  /** The switches that were set before TensorFlow loaded. */
  readonly environment: Readonly<Record<string, string>>
}

export interface DeviceDescription {
  /** TensorFlow's, e.g. `/job:localhost/replica:0/task:0/device:GPU:0`. */
  readonly name: string
  /** `CPU`, `GPU`. */
  readonly type: string
  readonly memoryBytes: number
  /** E.g. `NVIDIA H200`, where it is known. */
  readonly model?: string
  /** Of an NVIDIA GPU, e.g. `9.0`, where it is known. */
  readonly computeCapability?: string
  /** What a CPU has arithmetic for. */
  readonly halfPrecision?: readonly ('fp16' | 'bf16')[]
}

/** A folder where TensorFlow's two libraries may lie. */
export interface LibraryCandidate {
  /** `environment`: `ANNEAL_TENSORFLOW` names it; `cache`: it is fetched into it; `package`: it came with the app. */
  readonly source: 'environment' | 'cache' | 'package'
  /** Which build it should be; of a folder that a variable names nobody knows. */
  readonly build?: BuildName
  readonly folder: string
  readonly state: 'usable' | 'missing' | 'damaged'
  /** One clause that tells the state, e.g. `libtensorflow_cc.so.2 is cut short`. */
  readonly detail: string
}

import { z } from 'zod'
import { runNotes, type RunNotes } from '../run-folder/notes.ts'
import type { ModelDescription } from './model-cost.ts'
import type { Recipe } from '../recipe/schema.ts'
import { runLength, type RunLength } from '../run-folder/length.ts'
import { correction, type Corrections } from '../run-folder/corrections.ts'
import { recordKeys } from '../run-folder/record-keys.ts'
import type { TrackedSplit } from '../recipe/split.ts'
import type { RunRecord, ShownStatus } from '../run-folder/record.ts'
import type { RunEvent } from '../run-folder/events.ts'
import { buildNames } from './builds.ts'
import { call, evaluationName, recipe, runId, split, type CallsOf } from './calls.ts'
import type { EvaluationComparison } from './evaluation-comparison.ts'
import type { ShownHistory } from './evaluation-history.ts'
import { mapSettings, type EvaluationMap } from './evaluation-map.ts'
import type { EvaluationFigures } from './evaluation-figures.ts'
import type { GpuVerdict } from './gpu-verdict.ts'
import { cacheNames, settingsChange, type BuildsState, type Settings, type StorageDescription } from './settings.ts'
import { toldOfModel } from './served-model.ts'
import type { EvaluationReport } from '../run-folder/evaluation.ts'
import type { DatasetReport, MachineDescription, MapProgress, TrainerProgress } from './trainer.ts'

const none = z.tuple([])
const path = z.string().min(1).max(4096)
const fetchOptions = z.strictObject({
  /** A folder or a server that has the wheels. */
  mirror: path.optional(),
  /** Compares what is there with its checksums, and fetches anew what differs. */
  repair: z.boolean().optional(),
})
const datasetName = z.string().min(1).max(64)
/** Says how far a page has read: opaque to it. Empty: from the beginning. */
const metricsCursor = z.string().regex(/^(\d+-\d+-\d+)?$/)
/** Every class of ImageNet-21k, and some. */
const MOST_NAMES = 25_000
/** A display name for each class that shall have another than its folder's. */
const classNames = z
  .record(z.string().min(1).max(255), z.string().min(1).max(100))
  .refine(
    (names) => Object.keys(names).length <= MOST_NAMES,
    `at most ${MOST_NAMES} classes can have a name of their own`,
  )

/** Samples whose places a call takes: those of more are known by their first guesses alone. */
export const MOST_ROWS = 150_000

/** What an evaluation keeps and leaves out, as `EvaluateRequest` says. */
const evaluationChoices = z.strictObject({
  features: z.boolean().exactOptional(),
  logits: z.boolean().exactOptional(),
  leaveOutUnknown: z.boolean().exactOptional(),
})

/**
 * Everything that the page can ask of the host. A new call is a line here and its handler in
 * `host/page`.
 */
export const workbenchCalls = {
  /** What the page needs to know once. */
  welcome: call(none)<Welcome>(),
  describeMachine: call(none)<MachineDescription>(),

  /** What the network of a recipe is made of and costs, for a number of classes. */
  describeModel: call(z.tuple([recipe, z.int().min(2).max(1_000_000)]))<ModelDescription>(),
  /** Images a second of a few training steps on random images, for a number of classes: without an input pipeline. */
  measureSpeed: call(z.tuple([recipe, z.int().min(2).max(1_000_000)]))<{ imagesPerSecond: number }>(),

  listDatasets: call(none)<ShownDataset[]>(),
  /** Gives a folder a name; the folder's own where none is given. */
  addDataset: call(z.tuple([path, datasetName.optional(), recordKeys.optional()]))<ShownDataset>(),
  /** Replaces the display names of a dataset's classes. Training and files keep the folders' names. */
  nameClasses: call(z.tuple([datasetName, classNames]))<void>(),
  /** What was decided of the labels of a dataset, and the file that a recipe names in `data.corrections`. */
  readCorrections: call(z.tuple([datasetName]))<{ file: string; corrections: Corrections['corrections'] }>(),
  /** Takes the place of what was decided of the same image. */
  decideLabel: call(z.tuple([datasetName, correction]))<void>(),
  removeDataset: call(z.tuple([datasetName]))<void>(),
  /** Decodes what is new; progress comes as `datasetProgress`. */
  checkDataset: call(z.tuple([datasetName]))<DatasetReport>(),

  listRuns: call(none)<ShownRun[]>(),
  /** What is wrong with the home itself, a sentence or two each. */
  listProblems: call(none)<string[]>(),
  readRun: call(z.tuple([runId]))<RunDetail>(),
  /** Metric records that a page does not have yet; ask again with `next`. */
  readMetrics: call(z.tuple([runId, metricsCursor]))<MetricsChunk>(),
  /** How the classes fared at the evaluations of training. */
  readClassRecalls: call(z.tuple([runId]))<ClassRecalls>(),
  /** What the metrics of runs have come to, by run; nothing of one that is gone. */
  readFigures: call(z.tuple([z.array(runId).max(100)]))<Record<string, MetricFigure[]>>(),
  /** The end of `trainer.log`. */
  readLog: call(z.tuple([runId]))<string>(),
  annotateRun: call(z.tuple([runId, runNotes]))<void>(),
  /** Moves a run that is not at work to the trash. */
  trashRun: call(z.tuple([runId]))<void>(),
  listTrash: call(none)<TrashedRun[]>(),
  restoreTrashed: call(z.tuple([runId]))<void>(),
  /** Frees the disk: what is deleted is gone. */
  deleteTrashed: call(z.tuple([runId]))<void>(),

  /** Puts a new run into the queue. */
  startRun: call(z.tuple([recipe]))<{ id: string }>(),
  /** Puts a stopped or interrupted run back into the queue; with a length, also a finished one, which trains further. */
  resumeRun: call(z.tuple([runId, runLength.optional()]))<void>(),
  /** What a run would do from now on if it were made so long: a sentence. Fails where it is as long already. */
  describeLonger: call(z.tuple([runId, runLength]))<string>(),
  /** Saves a checkpoint and stops; a run that waits is taken out of the queue. */
  stopRun: call(z.tuple([runId]))<void>(),
  /** Ends the process of the run at work at once: what was not saved is lost, and the run can be resumed. */
  killRun: call(z.tuple([runId]))<void>(),
  saveCheckpoint: call(z.tuple([runId]))<void>(),
  pauseRun: call(z.tuple([runId, z.boolean()]))<void>(),
  /** Multiplies the schedule's learning rate from the next step on. */
  scaleLearningRate: call(z.tuple([runId, z.number().positive().max(1000)]))<void>(),
  /** Moves a waiting run to a place in the queue, from 0. */
  moveQueued: call(z.tuple([runId, z.int().min(0)]))<void>(),

  /** Without a split, val where the dataset has one, else all its images; without a dataset, the run's own. */
  evaluateRun: call(
    z.tuple([
      runId,
      z.string().regex(/^(best|last|step-\d+)$/),
      split.optional(),
      datasetName.optional(),
      evaluationChoices.optional(),
    ]),
  )<EvaluationReport>(),

  /** All figures of an evaluation's predictions, or of some of its samples, by their places: those that need all logits take seconds of a large one. */
  readEvaluationFigures: call(
    z.tuple([runId, evaluationName, z.array(z.int().min(0)).min(1).max(MOST_ROWS).optional()]),
  )<EvaluationFigures>(),
  /** The images of an evaluation in the plane, by its features: minutes of many. How far it is comes as `mapProgress`. */
  mapEvaluation: call(z.tuple([runId, evaluationName, mapSettings]))<EvaluationMap>(),
  stopMap: call(z.tuple([runId, evaluationName]))<void>(),
  /** What a second evaluation changes against a first one of the same images: each a run and its evaluation. */
  compareEvaluations: call(z.tuple([runId, evaluationName, runId, evaluationName]))<EvaluationComparison>(),
  /** Measures the SavedModel in a folder on a dataset; fails with what has to be told of it. How far it is comes as `modelProgress`. Where its evaluation is kept. */
  evaluateModel: call(
    z.tuple([path, datasetName, split.optional(), evaluationChoices.omit({ features: true }), toldOfModel]),
  )<{ run: string; evaluation: string }>(),
  /** SavedModels that were evaluated, and their evaluations. Their ids take the place of a run's wherever an evaluation is asked for. */
  listEvaluatedModels: call(none)<EvaluatedModel[]>(),
  /** How the images of an evaluation fare over those checkpoints of the run that were evaluated on them. */
  readEvaluationHistory: call(z.tuple([runId, evaluationName]))<ShownHistory>(),
  /** An evaluation, or two as `compareEvaluations` takes them, as a page of HTML that needs nothing beside it. */
  evaluationPage: call(z.tuple([runId, evaluationName]))<string>(),
  comparisonPage: call(z.tuple([runId, evaluationName, runId, evaluationName]))<string>(),

  readSettings: call(none)<Settings>(),
  /** All pages are told. Answers with all of them. */
  changeSettings: call(z.tuple([settingsChange]))<Settings>(),
  /** What is true of the GPUs, with the build that the next run would load. */
  describeGpu: call(none)<GpuVerdict>(),
  listBuilds: call(none)<BuildsState>(),
  /** Begins to fetch a build, one at a time, from a mirror where that is named; how it goes comes as `buildsChanged`. */
  fetchBuild: call(z.tuple([z.enum(buildNames), fetchOptions]))<void>(),
  /** What has come stays, and is gone on with the next time. */
  stopFetching: call(none)<void>(),
  removeBuild: call(z.tuple([z.enum(buildNames)]))<void>(),
  describeStorage: call(none)<StorageDescription>(),
  /** Deletes what a cache holds, unless a run is at work. Answers with the bytes that were freed. */
  clearCache: call(z.tuple([z.enum(cacheNames)]))<number>(),
}

export type WorkbenchCalls = CallsOf<typeof workbenchCalls>

/** What the host tells the page unasked. */
export interface WorkbenchEvents {
  /** Runs appeared, went, changed status or place in the queue. */
  runsChanged(): void
  datasetsChanged(): void
  /** A trainer's progress; at most about 20 a second of a run. */
  runProgress(id: string, progress: TrainerProgress): void
  /** The same of the SavedModel in a folder that is measured. */
  modelProgress(folder: string, progress: TrainerProgress): void
  /** `metrics.jsonl` of a run has grown to so many bytes. */
  metricsGrew(id: string, bytes: number): void
  datasetProgress(name: string, done: number, total: number): void
  /** How far a map of an evaluation is; at most about 20 a second. */
  mapProgress(run: string, evaluation: string, progress: MapProgress): void
  /** A map was made, or is no longer. */
  mapEnded(run: string, evaluation: string): void
  /** The trainer that answers pages about images has ended by itself, and with it their lines to it; why, a sentence. */
  imagesLost(reason: string): void
  /** A run ended: for a notification. */
  runEnded(id: string, status: ShownStatus, message: string): void
  load(load: MachineLoad): void
  settingsChanged(settings: Settings): void
  /** The fetching of a build went on, or ended; at most about 20 a second. */
  buildsChanged(state: BuildsState): void
}

export interface Welcome {
  readonly version: string
  readonly home: string
  readonly platform: string
  /** `window`: in Electron; `browser`: served. */
  readonly surface: 'window' | 'browser'
}

export interface ShownDataset {
  readonly name: string
  readonly root: string
  readonly bundled: boolean
  /** Why it cannot be used now: one sentence. */
  readonly problem?: string
  /** Display names, by class. */
  readonly classNames: Readonly<Record<string, string>>
}

export interface TrashedRun {
  /** Its folder in the trash. */
  readonly name: string
  /** The run's id. */
  readonly run: string
  /** What a person or its recipe called it. */
  readonly label?: string
  /** ISO 8601, UTC. */
  readonly trashed: string
  readonly bytes: number
}

/** A line of the run table. `queued` runs have no record yet. */
export interface ShownRun {
  readonly id: string
  readonly status: ShownStatus | 'queued' | 'damaged'
  readonly recipe?: Recipe
  readonly record?: RunRecord
  readonly notes: RunNotes
  /** Place in the queue, from 0. */
  readonly place?: number
  /** How long it is to be, where it waits to train further than its recipe says. */
  readonly longer?: RunLength
  /** Of a damaged one: what is wrong. Of one that failed before its first step, or whose trainer died: why. */
  readonly problem?: string
  /** Trained by another Anneal on this home: it can be watched here, and stopped there. */
  readonly elsewhere?: boolean
  /** Of such a one whose trainer is on another machine: when it counts as gone, unless it gives another sign. Unix seconds. */
  readonly heldUntil?: number
  /** The last progress of one that is at work. */
  readonly progress?: TrainerProgress
  readonly paused?: boolean
  /** Its trainer has not answered since, in seconds of Unix time. */
  readonly silentSince?: number
}

export interface RunDetail extends ShownRun {
  readonly folder: string
  readonly events: readonly RunEvent[]
  readonly checkpoints: readonly {
    readonly name: string
    readonly step: number
    readonly epoch: number
    readonly bytes: number
    readonly top1?: number
  }[]
  /** Each with the name of its folder. */
  readonly evaluations: readonly NamedEvaluation[]
  /** What training kept of its last validation. */
  readonly validation?: NamedEvaluation
  /** What of the folder is damaged and left out here: sentences. */
  readonly leftOut: readonly string[]
}

export interface EvaluatedModel {
  readonly id: string
  readonly evaluations: readonly NamedEvaluation[]
}

export type NamedEvaluation = EvaluationReport & { readonly name: string }

/** Columns of metric records: entry i of each belongs together; `NaN` where a record lacks a value. */
export interface MetricsChunk {
  /** What to ask with next. */
  readonly next: string
  /** The file was written anew since (a resume does that): drop what you have, this is all there is. */
  readonly restarted: boolean
  /** Lines among them that are damaged, or out of the order of the steps; 0 where absent. */
  readonly leftOut?: number
  readonly series: readonly MetricSeries[]
}

export interface MetricSeries {
  readonly split: TrackedSplit
  readonly metric: string
  readonly steps: Float64Array
  readonly epochs: Float64Array
  /** Unix time, seconds. */
  readonly walls: Float64Array
  readonly values: Float64Array
}

/** The recall of each class at each evaluation of training. */
export interface ClassRecalls {
  readonly names: readonly string[]
  readonly steps: Float64Array
  readonly epochs: Float64Array
  /** Unix time, seconds. */
  readonly walls: Float64Array
  /** float32 [evaluations, classes], 0 to 1; NaN of a class without images. */
  readonly recalls: Float32Array
}

/** The finite values of a metric, in short. */
export interface MetricFigure {
  readonly split: TrackedSplit
  readonly metric: string
  readonly least: number
  readonly most: number
  readonly last: number
}

/** Shares 0 to 1, bytes. */
export interface MachineLoad {
  readonly wall: number
  readonly cpu: number
  readonly memoryUsed: number
  readonly memoryTotal: number
  readonly gpus: readonly {
    readonly name: string
    readonly utilisation: number
    readonly memoryUsed: number
    readonly memoryTotal: number
  }[]
}

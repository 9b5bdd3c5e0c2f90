import { z } from 'zod'
import type { OddSamples } from '../figures/index.ts'
import type { EvaluationReport } from '../run-folder/evaluation.ts'
import type { EvaluationMap } from './evaluation-map.ts'
import type { SampleFacts } from './sample-facts.ts'
import { call, evaluationName, runId, type CallsOf } from './calls.ts'

/** The folder of a run, and that of one of its evaluations: names, never paths. */
const place = { run: runId, evaluation: evaluationName }
/** Places in the columns of the evaluation. */
const row = z
  .int()
  .min(0)
  .max(2 ** 31 - 1)
const rows = z.array(row).max(256)
/** As the predictions name a sample. */
const sampleName = z.strictObject({ path: z.string().min(1).max(4096), record: z.int().nonnegative().optional() })

/** What a page asks the trainer about the samples of an evaluation, over the same line as about images. */
export const evaluationCalls = {
  /** Reads the predictions anew. */
  openEvaluation: call(z.tuple([z.strictObject(place)]))<OpenedEvaluation>(),
  /** How the images are now, against what was evaluated. */
  checkEvaluatedImages: call(z.tuple([z.strictObject(place)]))<ImageChanges>(),
  /** The rows of samples, int32; -1 for one that was not evaluated. */
  findEvaluated: call(z.tuple([z.strictObject({ ...place, samples: z.array(sampleName).max(10_000) })]))<Int32Array>(),
  /** What is known of the images; nothing where they were not measured yet. */
  readImageFacts: call(z.tuple([z.strictObject(place)]))<SampleFacts | null>(),
  /** Measures the next of the images, for a second or two, and says how many are done; of the last, what is known. */
  measureImages: call(z.tuple([z.strictObject(place)]))<ImagesMeasured>(),
  listEvaluated: call(z.tuple([z.strictObject({ ...place, rows })]))<EvaluatedSample[]>(),
  /** As `thumbnails`: an empty one where an image is gone. */
  evaluatedThumbnails: call(z.tuple([z.strictObject({ ...place, rows, size: z.int().min(16).max(1024) })]))<
    Uint8Array[]
  >(),
  /** float32, how likely each sample is of a class, 0 to 1; NaN where the network gave no number. Needs the logits. */
  classProbabilities: call(z.tuple([z.strictObject({ ...place, label: z.int().min(0) })]))<Float32Array>(),
  /** The samples whose label is likely wrong, by confident learning. Needs the logits. */
  doubtfulLabels: call(z.tuple([z.strictObject(place)]))<DoubtfulLabels>(),
  /** Samples unlike all others, and alike ones of different labels. Needs the features. */
  oddSamples: call(z.tuple([z.strictObject(place)]))<OddSamples>(),
  /** The map that was made last; nothing where there is none of these features. */
  readMap: call(z.tuple([z.strictObject(place)]))<EvaluationMap | null>(),
  /** The samples of another evaluation by the same checkpoint whose features are the most similar. Both need features. */
  neighboursOf: call(
    z.tuple([z.strictObject({ ...place, row, among: evaluationName, count: z.int().min(1).max(64) })]),
  )<NeighbourSample[]>(),
  /** A sample as the network saw it, and where it sees signs of classes. */
  lookAtEvaluated: call(
    z.tuple([z.strictObject({ ...place, row, classes: z.array(z.int().min(0)).max(5) })]),
  )<SeenSample>(),
}

export type EvaluationCalls = CallsOf<typeof evaluationCalls>

/** An evaluation's report, and columns with an entry a sample. */
export interface OpenedEvaluation {
  readonly report: Omit<EvaluationReport, 'predictions' | 'logits'>
  readonly hasLogits: boolean
  /** int32, classes by their place. */
  readonly labels: Int32Array
  /** int32, the likeliest class; -1 where the network gave no number. */
  readonly guesses: Int32Array
  /** float32, how likely that is, 0 to 1; NaN where the network gave no number. */
  readonly confidences: Float32Array
  /** float32, cross-entropy against the label in nats. */
  readonly losses: Float32Array
  /** uint8, 1 where the label is among the five likeliest classes. */
  readonly inTop5: Uint8Array
}

export interface ImagesMeasured {
  readonly done: number
  readonly total: number
  readonly facts?: SampleFacts
}

/** What of the images is otherwise than when they were evaluated. */
export interface ImageChanges {
  /** Samples whose image is gone, or no longer in the split. */
  readonly gone: number
  /** Samples whose image has another class now. */
  readonly relabelled: number
  /** Images of the split that were not evaluated. */
  readonly added: number
  /** Nothing of that, but the sizes of files or their order differ. */
  readonly altered: boolean
}

export interface DoubtfulLabels {
  /** int32, the likeliest to be wrong first. */
  readonly rows: Int32Array
  /** Samples for which the network gave no number: their labels are not judged. */
  readonly withoutScore: number
}

/** What the predictions say of a sample. */
export interface EvaluatedSample {
  /** The file that holds it, relative to the dataset's folder. */
  readonly path: string
  /** Of one in a file with others: the byte at which its record begins. */
  readonly record?: number
  readonly label: number
  /** The likeliest classes first; none where the network gave no number. */
  readonly guesses: readonly { readonly label: number; readonly probability: number }[]
  /** How likely the label is, 0 to 1; NaN where the network gave no number. */
  readonly labelProbability: number
  /** Nats. */
  readonly loss: number
  readonly entropy: number
}

export interface NeighbourSample extends EvaluatedSample {
  /** Its place in the other evaluation. */
  readonly row: number
  /** The cosine of the angle between the features of both, -1 to 1. */
  readonly similarity: number
}

/** Where a network sees signs of a class: Grad-CAM, the largest value is 1. */
export interface ClassMapView {
  readonly height: number
  readonly width: number
  readonly values: Float32Array
}

export interface SeenSample {
  /** The image's file, absolute: for the system's file manager. */
  readonly file: string
  /** uint8 [height, width, channels] */
  readonly pixels: Uint8Array
  readonly height: number
  readonly width: number
  readonly channels: number
  /** One a class that was asked for. */
  readonly maps: readonly ClassMapView[]
  /** Why there are none: a sentence. */
  readonly mapsProblem?: string
}

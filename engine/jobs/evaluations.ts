import { join } from 'node:path'
import { LRUCache } from 'lru-cache'
import type {
  DoubtfulLabels,
  EvaluationCalls,
  ImagesMeasured,
  NeighbourSample,
  OpenedEvaluation,
} from '../../shared/contract/evaluations.ts'
import type { EvaluationOf, EvaluationPlace } from '../../shared/contract/trainer.ts'
import { DatasetError, RunError, UsageError } from '../../shared/errors.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { labelErrors, logNormalisers, nearest, oddSamples, pairSamples } from '../../shared/figures/index.ts'
import {
  openLogits,
  openPredictions,
  openReport,
  type Features,
  type PredictionTable,
} from '../../storage/evaluations/open-evaluation.ts'
import { nearestOfAll } from '../evaluation/nearest-of-all.ts'
import { featuresOf as readFeatures, keptMap } from './evaluation-map-job.ts'
import { changesOf, imagesOfEvaluation, thumbnailsOf, type EvaluatedImages } from './evaluated-images.ts'
import { FactsInProgress, keptFacts } from './image-facts.ts'
import { evaluatedSample, firstGuessesOf, isInTop5, keysOf } from './kept-predictions.ts'
import type { SampleViewer } from './sample-viewer.ts'

/** As many are kept open: one of a million samples takes a tenth of a gigabyte. */
const MOST_OPEN = 3
/** Neighbours by whose similarity a sample is judged. */
const NEIGHBOURS = 10
/** Outliers, and pairs of alike samples with different labels, that a page is told of. */
const MOST_ODD = 200

/** An evaluation that was opened. */
interface Opened {
  readonly place: EvaluationPlace
  readonly report: EvaluationReport
  readonly table: PredictionTable
  /** They are read when they are first needed. */
  logits?: { readonly values: Float32Array; readonly normalisers: Float64Array }
  features?: Features
  images?: Promise<EvaluatedImages>
  measuring?: FactsInProgress
}

interface Place {
  readonly run: string
  readonly evaluation: string
}

/** Answers questions about the samples of evaluations. */
export class Evaluations {
  readonly #open = new LRUCache<string, Opened>({ max: MOST_OPEN })
  readonly calls: EvaluationCalls

  /**
   * @param evaluationOf asked of the host before a call's turn
   * @param inTurn does what is asked after all that was asked before
   */
  constructor(
    private readonly viewer: SampleViewer,
    private readonly evaluationOf: EvaluationOf,
    private readonly inTurn: <R>(work: () => Promise<R>) => Promise<R>,
  ) {
    this.calls = {
      openEvaluation: (of) => this.#openAnew(of),
      checkEvaluatedImages: (of) =>
        this.#with(of, async (opened) => changesOf(opened.report, opened.table, await imagesOf(opened))),
      findEvaluated: ({ samples, ...of }) => this.#with(of, ({ table }) => rowsOf(table, samples)),
      doubtfulLabels: (of) => this.#with(of, doubtfulLabelsOf),
      oddSamples: (of) => this.#oddSamples(of),
      readImageFacts: (of) => this.#with(of, (opened) => keptFacts(factsPlace(opened)) ?? null),
      measureImages: (of) => this.#with(of, measureSome),
      listEvaluated: ({ rows, ...of }) =>
        this.#with(of, ({ table }) => {
          checkRows(table, rows)
          return rows.map((row) => evaluatedSample(table, row))
        }),
      evaluatedThumbnails: ({ rows, size, ...of }) =>
        this.#with(of, async (opened) => {
          checkRows(opened.table, rows)
          return thumbnailsOf(await imagesOf(opened), rows, size)
        }),
      classProbabilities: ({ label, ...of }) =>
        this.#with(of, (opened) => {
          checkClasses(opened.report, [label])
          return probabilitiesOf(opened, label)
        }),
      readMap: (of) => this.#with(of, ({ place, report }) => keptMap(place.folder, report) ?? null),
      neighboursOf: (asked) => this.#neighboursOf(asked),
      lookAtEvaluated: (asked) => this.#look(asked),
    }
  }

  #look({ row, classes, ...of }: Parameters<EvaluationCalls['lookAtEvaluated']>[0]) {
    return this.#with(of, async (opened) => {
      checkRows(opened.table, [row])
      checkClasses(opened.report, classes)
      const { images, samples } = await imagesOf(opened)
      const sample = samples[row]!
      if (sample < 0) throw new DatasetError(`${opened.table.columns.path.at(row)} is gone from ${images.root}.`)
      const file = join(images.root, images.split.paths.at(sample)!)
      const { runFolder } = opened.place
      return { file, ...(await this.viewer.look(runFolder, opened.report, { images, sample, classes })) }
    })
  }

  /** Minutes of many samples: other questions are answered meanwhile. */
  async #oddSamples(of: Place) {
    const { labels, features, width } = await this.#with(of, (opened) => ({
      labels: opened.table.columns.label,
      ...featuresOf(opened),
    }))
    return oddSamples(labels, await nearestOfAll(features, width, NEIGHBOURS), MOST_ODD)
  }

  async #openAnew(of: Place): Promise<OpenedEvaluation> {
    const place = await this.evaluationOf(of.run, of.evaluation)
    return this.inTurn(() => Promise.resolve().then(() => columnsOf(this.#read(keyOf(of), place))))
  }

  async #neighboursOf({ row, among, count, ...of }: Parameters<EvaluationCalls['neighboursOf']>[0]) {
    const others = { run: of.run, evaluation: among }
    const place = await this.#placeOf(others)
    return this.#with(of, (opened) => {
      checkRows(opened.table, [row])
      return neighbours(opened, row, this.#opened(others, place), count)
    })
  }

  async #with<R>(of: Place, work: (opened: Opened) => R | Promise<R>): Promise<R> {
    const place = await this.#placeOf(of)
    return this.inTurn(async () => work(this.#opened(of, place)))
  }

  async #placeOf(of: Place): Promise<EvaluationPlace> {
    return this.#open.get(keyOf(of))?.place ?? (await this.evaluationOf(of.run, of.evaluation))
  }

  #opened(of: Place, place: EvaluationPlace): Opened {
    return this.#open.get(keyOf(of)) ?? this.#read(keyOf(of), place)
  }

  #read(key: string, place: EvaluationPlace): Opened {
    const report = openReport(place.folder)
    const opened = { place, report, table: openPredictions(place.folder, report) }
    this.#open.set(key, opened)
    return opened
  }
}

const keyOf = ({ run, evaluation }: Place) => `${run}/${evaluation}`

/** The images of an evaluation; where they could not be opened, the next call tries it again. */
function imagesOf(opened: Opened): Promise<EvaluatedImages> {
  const reading = (opened.images ??= imagesOfEvaluation(opened.place, opened.report, opened.table))
  reading.catch(() => delete opened.images)
  return reading
}

const factsPlace = ({ place, report, table }: Opened) => ({ folder: place.folder, report, table })

async function measureSome(opened: Opened): Promise<ImagesMeasured> {
  const measuring = (opened.measuring ??= new FactsInProgress(factsPlace(opened), await imagesOf(opened)))
  await measuring.measure()
  const { done } = measuring
  const total = opened.table.rows
  if (done < total) return { done, total }
  delete opened.measuring
  return { done, total, facts: measuring.finish() }
}

function columnsOf({ report, table }: Opened): OpenedEvaluation {
  const { predictions: _, logits, ...rest } = report
  const { labels, guesses, confidences } = firstGuessesOf(table)
  return {
    report: rest,
    hasLogits: logits !== undefined,
    // Copies: a part of a buffer would be sent with the whole of it.
    labels: labels.slice(),
    guesses,
    confidences,
    losses: table.columns.loss.slice(),
    inTop5: Uint8Array.from({ length: table.rows }, (_, row) => Number(isInTop5(table, row))),
  }
}

function probabilitiesOf(opened: Opened, label: number): Float32Array {
  const { table, report, place } = opened
  const classes = report.classes.length
  opened.logits ??= readLogits(place.folder, report, table.columns.label)
  const { values, normalisers } = opened.logits
  return Float32Array.from({ length: table.rows }, (_, row) =>
    Math.exp(values[classes * row + label]! - normalisers[row]!),
  )
}

function readLogits(folder: string, report: EvaluationReport, labels: Int32Array) {
  const values = openLogits(folder, report)
  if (!values)
    throw new RunError(
      'This evaluation kept no logits of all classes; evaluate again with “Keep logits”, or --logits on the command line.',
    )
  return { values, normalisers: logNormalisers({ classes: report.classes.length, labels, logits: values }) }
}

function doubtfulLabelsOf({ place, report, table }: Opened): DoubtfulLabels {
  const labels = table.columns.label
  const { values } = readLogits(place.folder, report, labels)
  const { candidates, withoutScore } = labelErrors({ classes: report.classes.length, labels, logits: values })
  return { rows: candidates, withoutScore }
}

function rowsOf(
  { rows, columns }: PredictionTable,
  samples: readonly { path: string; record?: number | undefined }[],
): Int32Array {
  const found = new Int32Array(samples.length).fill(-1)
  if (samples.length === 0) return found
  const records = columns.record && Float64Array.from(samples, ({ record }) => record ?? NaN)
  const wanted = keysOf(samples.length, { at: (i) => samples[i]!.path }, records)
  const { first, second } = pairSamples(wanted, keysOf(rows, columns.path, columns.record))
  first.forEach((sample, i) => (found[sample] = second[i]!))
  return found
}

function neighbours(opened: Opened, row: number, other: Opened, count: number): NeighbourSample[] {
  if (opened.report.checkpoint !== other.report.checkpoint)
    throw new UsageError('The two evaluations are of different checkpoints; neighbours are of one network.')
  const { width, features } = featuresOf(opened)
  const of = features.subarray(row * width, (row + 1) * width)
  const all = featuresOf(other)
  const { rows, similarities } = nearest(all.features, all.width, of, count)
  return Array.from(rows, (place, i) => ({
    ...evaluatedSample(other.table, place),
    row: place,
    similarity: similarities[i]!,
  }))
}

const featuresOf = (opened: Opened): Features => (opened.features ??= readFeatures(opened.place.folder, opened.report))

function checkRows({ rows: count }: PredictionTable, rows: readonly number[]): void {
  const outside = rows.find((row) => row >= count)
  if (outside !== undefined)
    throw new UsageError(`There is no sample ${outside} in this evaluation: choose one from 0 to ${count - 1}.`)
}

function checkClasses({ classes: { length } }: EvaluationReport, classes: readonly number[]): void {
  const outside = classes.find((label) => label >= length)
  if (outside !== undefined) throw new UsageError(`There is no class ${outside}: choose one from 0 to ${length - 1}.`)
}

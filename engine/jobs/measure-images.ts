import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { formatBytes } from '../../shared/format-bytes.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { MOST_LOGITS } from '../../shared/run-folder/predictions.ts'
import { fingerprintOf, type EvaluationImages, type SplitIndex } from '../dataset/index.ts'
import { evaluate, isFinite } from '../evaluation/evaluate.ts'
import type { EvaluatedBatch } from '../evaluation/evaluation-step.ts'
import type { Folding } from '../evaluation/folding.ts'
import { Owner } from '../tensorflow/c-api/index.ts'
import { keepEvaluation } from './keep-evaluation.ts'
import type { RunningNetwork } from './open-checkpoint.ts'
import type { Report } from './report.ts'

/** A network, and the images that it is measured on. */
export interface Measurement {
  readonly images: EvaluationImages
  readonly classes: readonly string[]
  /** What the report says beside the figures. */
  readonly facts: Pick<EvaluationReport, 'checkpoint' | 'step' | 'dataset' | 'model'>
  /** What is to be known of network and images: a sentence each. */
  readonly notes: readonly string[]
  /** Whether the logits of all classes are kept; without it, where they take little room. */
  readonly logits: boolean | undefined
  /** Where report and predictions are kept, absolute. */
  readonly folder: string
  /** The network over the images. */
  readonly open: (owner: Owner, logits: boolean) => Promise<RunningNetwork<EvaluatedBatch>>
  /** What is to be known when all images are measured. */
  readonly afterwards?: () => readonly string[]
}

/** Measures a network on images, and keeps the report and its predictions. */
export async function measureAndKeep(measurement: Measurement, report: Report): Promise<EvaluationReport> {
  const { images, classes, facts, folder } = measurement
  const logits = keepsLogits(measurement.logits, images.index.count, classes.length)
  const notes = [...measurement.notes, ...logits.notes]
  const told = new Set<string>()
  const tell = (messages: readonly string[] = []) => {
    for (const message of messages) if (!told.has(message)) report({ phase: 'warning', message })
    for (const message of messages) told.add(message)
  }
  tell(notes)
  const measure = async (keep: KeepBatch) => {
    const { notes: later = [], ...figures } = await figuresOf(measurement, logits.kept, keep, report)
    tell(later)
    const all = [...notes, ...later]
    const leftOut = images.unknown > 0 && { leftOut: images.unknown }
    return { ...facts, split: images.part, ...leftOut, ...figures, ...(all.length > 0 && { notes: all }) }
  }
  const kept = await keepEvaluation(folder, { classes, split: images.index, logits: logits.kept }, measure)
  tell(kept.notes)
  return kept
}

/** The name of an evaluation of other images than the network's own: two folders may have one name. */
export const evaluationName = (name: string, dataset: string): string =>
  `${name}-${basename(dataset)}-${createHash('sha256').update(dataset).digest('hex').slice(0, 8)}`

/** Whether the logits of all classes are kept, and what is to be told of that. */
function keepsLogits(wanted: boolean | undefined, images: number, classes: number) {
  const numbers = images * classes
  if (wanted !== undefined || numbers <= MOST_LOGITS) return { kept: wanted ?? true, notes: [] }
  const size = formatBytes(4 * numbers)
  return {
    kept: false,
    notes: [
      `The logits of all classes were not kept, since they would take ${size}: ask for them by --logits, or “Keep logits” in the window.`,
    ],
  }
}

type KeepBatch = (first: number, batch: EvaluatedBatch) => void

/** The figures of a network, and what of its images could not be measured. */
async function figuresOf(
  { images, classes, open, afterwards }: Measurement,
  logits: boolean,
  keep: KeepBatch,
  report: Report,
) {
  using owner = new Owner()
  const { index } = images
  const { nextBatch, folding } = await open(owner, logits)
  const { notes, ...figures } = await measureBatches(nextBatch, { images: index, classes, keep }, (done) =>
    report({ phase: 'evaluating', done, total: index.count }),
  )
  return {
    ...figures,
    ...(folding && { folding: describeFolding(folding) }),
    notes: [...(folding ? foldingNotes(folding) : []), ...notes, ...(afterwards?.() ?? [])],
  }
}

const describeFolding = ({ folded, difference }: Folding): EvaluationReport['folding'] => ({
  folded: folded !== undefined,
  difference: Number.isFinite(difference) ? difference : null,
})

const foldingNotes = ({ folded, difference }: Folding): string[] =>
  folded
    ? []
    : [
        Number.isNaN(difference)
          ? 'Batch norm was not folded into the convolutions, since the network gives no numbers (NaN) with or without it for test images: evaluating takes longer.'
          : `Batch norm was not folded into the convolutions, since that changes a logit by ${difference.toPrecision(2)} of the largest one: evaluating takes longer.`,
      ]

interface Batches {
  readonly images: SplitIndex
  readonly classes: readonly string[]
  readonly keep: KeepBatch
}

/** What a network makes of images, batch by batch: figures for a report, and what of the images could not be measured. */
export async function measureBatches(
  nextBatch: () => Promise<EvaluatedBatch>,
  { images, classes, keep }: Batches,
  onImages: (done: number) => void,
) {
  const { count, paths } = images
  const began = performance.now()
  const odd: string[] = []
  const result = await evaluate(nextBatch, count, classes.length, (done, batch) => {
    const first = done - batch.labels.length
    nameOdd(odd, paths, first, batch)
    keep(first, batch)
    onImages(done)
  })
  const seconds = (performance.now() - began) / 1000
  const { notFinite, finiteLoss, top1, top5 } = result
  return {
    images: count,
    fingerprint: fingerprintOf([images]),
    top1,
    top5,
    loss: notFinite === count ? null : finiteLoss,
    seconds,
    imagesPerSecond: count / seconds,
    classes: classes.map((name, label) => ({ name, ...result.classes[label]! })),
    ...(notFinite > 0 && { notFinite }),
    notes: notFinite > 0 ? [notFiniteNote(notFinite, count, odd)] : [],
  }
}

/** So many of the images for which the network gave no numbers are named. */
const NAMED = 3

function nameOdd(odd: string[], paths: SplitIndex['paths'], first: number, batch: EvaluatedBatch): void {
  for (let i = 0; i < batch.labels.length && odd.length < NAMED; i++)
    if (!isFinite(batch, i)) odd.push(paths.at(first + i)!)
}

const notFiniteNote = (images: number, of: number, named: readonly string[]) =>
  `The network gave no numbers (NaN) for ${images} of ${of} images (${named.join(', ')}${images > named.length ? ', ...' : ''}): ` +
  `they count as wrong, and the loss is the mean of the others.`

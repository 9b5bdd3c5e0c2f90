import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { DatasetError } from '../../shared/errors.ts'
import { formatBytes } from '../../shared/format-bytes.ts'
import { MOST_LOGITS } from '../../shared/run-folder/predictions.ts'
import { runFiles } from '../../shared/run-folder/files.ts'
import type { DatasetSource, EvaluateRequest } from '../../shared/contract/trainer.ts'
import { openForEvaluation, openIndex, type SplitImages } from '../dataset/index.ts'
import { evaluate, isFinite } from '../evaluation/evaluate.ts'
import { buildEvaluationStep, type EvaluatedBatch, type EvaluationOptions } from '../evaluation/evaluation-step.ts'
import { readCorrections } from '../run-folder/own-corrections.ts'
import { keepEvaluation } from './keep-evaluation.ts'
import { openRun, runCheckpoint, type OpenedRun } from './open-checkpoint.ts'
import { Owner } from '../tensorflow/c-api/index.ts'
import type { Report } from './report.ts'
import { areSameImages, checkSameImages, movedNote, ownNote, turnedSince } from './same-images.ts'

/** Evaluates a checkpoint of a run on a split, and keeps the report and its predictions in the run's folder. */
export async function evaluateRun(request: EvaluateRequest, report: Report): Promise<EvaluationReport> {
  const opened = await openRun(request)
  const { run, checkpoint } = opened
  const { source, isOwn, notes: moved } = await imagesOf(request, opened, report)
  const { root } = source
  const images = await openForEvaluation(
    { ...source, cacheFolder: request.cacheFolder },
    {
      classes: run.dataset.classes,
      split: request.split,
      leaveOutUnknown: request.leaveOutUnknown,
      holdOut: isOwn ? opened.recipe.data : undefined,
      corrections: isOwn ? readCorrections(opened.recipe) : undefined,
      onProgress: (done, total) => report({ phase: 'checking', done, total }),
    },
  )
  const { index, part } = images
  const logits = keepsLogits(request, index.count, run.dataset.classes.length)
  const notes = [...moved(part), ...images.notes, ...turnedSince(run, [index]), ...logits.notes]
  for (const message of notes) report({ phase: 'warning', message })
  const measure = async (keep: KeepBatch) => {
    const wanted = { logits: logits.kept, features: request.features ?? false }
    const parts = { images: { root: images.root, split: index }, wanted, keep }
    const measured = await measureCheckpoint(opened, parts, report)
    for (const message of measured.notes ?? []) report({ phase: 'warning', message })
    const all = [...notes, ...(measured.notes ?? [])]
    const facts = { checkpoint: checkpoint.name, step: checkpoint.manifest.step, split: part, dataset: root }
    const leftOut = images.unknown > 0 && { leftOut: images.unknown }
    return { ...facts, ...leftOut, ...measured, ...(all.length > 0 && { notes: all }) }
  }
  const folder = evaluationFolder(request, { checkpoint: checkpoint.name, split: part, dataset: root }, run)
  return keepEvaluation(folder, { classes: run.dataset.classes, split: index, logits: logits.kept }, measure)
}

/** Whether the logits of all classes are kept, and what is to be told of that. */
function keepsLogits({ logits: wanted }: EvaluateRequest, images: number, classes: number) {
  const numbers = images * classes
  if (wanted !== undefined || numbers <= MOST_LOGITS) return { kept: wanted ?? true, notes: [] }
  const size = formatBytes(4 * numbers)
  return {
    kept: false,
    notes: [`The logits of all classes were not kept, since they would take ${size}: ask for them by --logits.`],
  }
}

interface ChosenImages {
  readonly source: DatasetSource
  /** Those that the run was trained on, wherever they lie now: they are split as it split them. */
  readonly isOwn: boolean
  /** What is to be told of that, where a part of them is measured. */
  readonly notes: (part: EvaluationReport['split']) => string[]
}

/**
 * Which images are measured. The run's own dataset in another place than it was must be the same; where it was, images
 * may have been added.
 */
async function imagesOf(request: EvaluateRequest, opened: OpenedRun, report: Report): Promise<ChosenImages> {
  const before = opened.run.dataset
  const own = request.own ?? before
  const { dataset } = request
  if (dataset && dataset.root !== own.root) {
    const isOwn = await areThoseOf(opened, dataset, request.cacheFolder, report)
    return { source: dataset, isOwn, notes: (part) => (isOwn ? [ownNote(dataset.root, before, part)] : []) }
  }
  if (own.root !== before.root)
    checkSameImages(
      await openOwn(own, opened, request.cacheFolder, report),
      own.root,
      before,
      'add the moved dataset under its name, or choose it as another dataset',
    )
  return { source: { root: own.root, records: own.records }, isOwn: true, notes: () => movedNote(own.root, before) }
}

/** Whether other images that were named are those that the run was trained on. */
async function areThoseOf(opened: OpenedRun, source: DatasetSource, cacheFolder: string, report: Report) {
  try {
    return areSameImages(await openOwn(source, opened, cacheFolder, report), opened.run.dataset)
  } catch (error) {
    // What cannot be trained on is another dataset, and may be measured all the same.
    if (error instanceof DatasetError) return false
    throw error
  }
}

const openOwn = ({ root, records }: DatasetSource, { recipe }: OpenedRun, cacheFolder: string, report: Report) =>
  openIndex(root, cacheFolder, {
    split: recipe.data,
    corrections: readCorrections(recipe),
    records,
    onProgress: (done, total) => report({ phase: 'checking', done, total }),
  })

type KeepBatch = (first: number, batch: EvaluatedBatch) => void

interface Measuring {
  readonly images: SplitImages
  readonly wanted: Pick<EvaluationOptions, 'logits' | 'features'>
  readonly keep: KeepBatch
}

/** The figures of a checkpoint, and what of its images could not be measured. */
async function measureCheckpoint(opened: OpenedRun, { images, wanted, keep }: Measuring, report: Report) {
  using owner = new Owner()
  const { count, paths } = images.split
  const { classes } = opened.run.dataset
  const nextBatch = await runCheckpoint(owner, opened, images, (g, parts) => buildEvaluationStep(g, parts, wanted))
  const began = performance.now()
  const odd: string[] = []
  const result = await evaluate(nextBatch, count, classes.length, (done, batch) => {
    const first = done - batch.labels.length
    for (let i = 0; i < batch.labels.length && odd.length < NAMED; i++)
      if (!isFinite(batch, i)) odd.push(paths.at(first + i)!)
    keep(first, batch)
    report({ phase: 'evaluating', done, total: count })
  })
  const seconds = (performance.now() - began) / 1000
  const { notFinite, finiteLoss, top1, top5 } = result
  return {
    images: count,
    top1,
    top5,
    loss: notFinite === count ? null : finiteLoss,
    seconds,
    imagesPerSecond: count / seconds,
    classes: classes.map((name, label) => ({ name, ...result.classes[label]! })),
    ...(notFinite > 0 && { notFinite, notes: [notFiniteNote(notFinite, count, odd)] }),
  }
}

/** So many of the images for which the network gave no numbers are named. */
const NAMED = 3

const notFiniteNote = (images: number, of: number, named: readonly string[]) =>
  `The network gave no numbers (NaN) for ${images} of ${of} images (${named.join(', ')}${images > named.length ? ', ...' : ''}): ` +
  `they count as wrong, and the loss is the mean of the others.`

/** Beside that of the run's own images, not in its place, stands that of other ones: two folders may have one name. */
function evaluationFolder(
  request: EvaluateRequest,
  { checkpoint, split, dataset }: Pick<EvaluationReport, 'checkpoint' | 'split' | 'dataset'>,
  run: OpenedRun['run'],
): string {
  const mark = createHash('sha256').update(dataset).digest('hex').slice(0, 8)
  const other = dataset === (request.own ?? run.dataset).root ? '' : `-${basename(dataset)}-${mark}`
  return join(request.runFolder, runFiles.evaluations, `${checkpoint}-${split}${other}`)
}

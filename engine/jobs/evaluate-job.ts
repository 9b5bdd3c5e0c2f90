import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { DatasetError, StorageError } from '../../shared/errors.ts'
import { runFiles } from '../../shared/run-folder/files.ts'
import type { DatasetSource, EvaluateRequest } from '../../shared/contract/trainer.ts'
import { openForEvaluation, openIndex } from '../dataset/index.ts'
import { evaluate } from '../evaluation/evaluate.ts'
import { buildEvaluationStep } from '../evaluation/evaluation-step.ts'
import { readJson } from '../../storage/files.ts'
import { writeSealed } from '../../storage/sealed-json.ts'
import { openRun, runCheckpoint, type Images, type OpenedRun } from './open-checkpoint.ts'
import { Owner } from '../tensorflow/c-api/index.ts'
import type { Report } from './report.ts'
import { areSameImages, checkSameImages, movedNote, ownNote, turnedSince } from './same-images.ts'

/** Evaluates a checkpoint of a run on a split, and keeps the report in the run's folder. */
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
      holdOut: isOwn ? opened.recipe.data : undefined,
      onProgress: (done, total) => report({ phase: 'checking', done, total }),
    },
  )
  const notes = [...moved(images.part), ...images.notes, ...turnedSince(run, [images.index])]
  for (const message of notes) report({ phase: 'warning', message })
  const began = performance.now()
  const result = await evaluateCheckpoint(opened, { root: images.root, split: images.index }, report)
  const seconds = (performance.now() - began) / 1000
  const { classes, ...means } = result
  const evaluation: EvaluationReport = {
    checkpoint: checkpoint.name,
    step: checkpoint.manifest.step,
    split: images.part,
    dataset: root,
    ...means,
    seconds,
    imagesPerSecond: result.images / seconds,
    classes: run.dataset.classes.map((name, label) => ({ name, ...classes[label]! })),
    ...(notes.length > 0 && { notes }),
  }
  try {
    writeReport(request.runFolder, evaluation, (request.own ?? run.dataset).root)
  } catch (error) {
    // What took long to measure is not lost with the file.
    if (error instanceof StorageError) return { ...evaluation, unsaved: error.message }
    throw error
  }
  return evaluation
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
    records,
    onProgress: (done, total) => report({ phase: 'checking', done, total }),
  })

async function evaluateCheckpoint(opened: OpenedRun, images: Images, report: Report) {
  using owner = new Owner()
  const { count } = images.split
  const nextBatch = await runCheckpoint(owner, opened, images, buildEvaluationStep)
  return await evaluate(nextBatch, count, opened.run.dataset.classes.length, (done) =>
    report({ phase: 'evaluating', done, total: count }),
  )
}

/** Beside that of the run's own images, not in its place, stands that of other ones: two folders may have one name. */
function writeReport(runFolder: string, evaluation: EvaluationReport, ownRoot: string): void {
  const { checkpoint, split, dataset } = evaluation
  const folder = join(runFolder, runFiles.evaluations)
  const name = (other: string) => join(folder, `${checkpoint}-${split}${other}.json`)
  if (dataset === ownRoot) return writeSealed(name(''), evaluation)
  const mark = createHash('sha256').update(dataset).digest('hex').slice(0, 8)
  writeSealed(name(`-${basename(dataset)}-${mark}`), evaluation)
  // The first versions left the mark out.
  const before = name(`-${basename(dataset)}`)
  if ((readJson(before) as Partial<EvaluationReport> | undefined)?.dataset === dataset) rmSync(before)
}

import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { StorageError } from '../../shared/errors.ts'
import { runFiles } from '../../shared/run-folder/files.ts'
import type { DatasetSource, EvaluateRequest } from '../../shared/contract/trainer.ts'
import { openForEvaluation, openIndex } from '../dataset/index.ts'
import { evaluate } from '../evaluation/evaluate.ts'
import { buildEvaluationStep } from '../evaluation/evaluation-step.ts'
import { readJson } from '../../storage/files.ts'
import { writeSealed } from '../../storage/sealed-json.ts'
import { openRun, runCheckpoint, type Images, type OpenedRun } from './open-checkpoint.ts'
import { Owner } from '../tensorflow/c-api/index.ts'
import { checkSameImages, movedNote } from './same-images.ts'
import type { Report } from './report.ts'
import { turnedSince } from './same-images.ts'

/** Evaluates a checkpoint of a run on a split, and keeps the report in the run's folder. */
export async function evaluateRun(request: EvaluateRequest, report: Report): Promise<EvaluationReport> {
  const opened = await openRun(request)
  const { run, checkpoint } = opened
  const own = request.own ?? run.dataset
  if (!request.dataset) await recogniseOwn(own, opened, request.cacheFolder, report)
  const { root, records } = request.dataset ?? own
  const images = await openForEvaluation(
    { root, records, cacheFolder: request.cacheFolder },
    {
      classes: run.dataset.classes,
      split: request.split,
      holdOut: root === own.root ? opened.recipe.data : undefined,
      onProgress: (done, total) => report({ phase: 'checking', done, total }),
    },
  )
  for (const message of [...images.notes, ...turnedSince(run, [images.index])]) report({ phase: 'warning', message })
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
  }
  try {
    writeReport(request.runFolder, evaluation, own.root)
  } catch (error) {
    // What took long to measure is not lost with the file.
    if (error instanceof StorageError) return { ...evaluation, unsaved: error.message }
    throw error
  }
  return evaluation
}

/** The run's own dataset in another place than it was must be the same; where it was, images may have been added. */
async function recogniseOwn(
  { root, records }: DatasetSource,
  { run, recipe }: OpenedRun,
  cacheFolder: string,
  report: Report,
): Promise<void> {
  if (root === run.dataset.root) return
  const index = await openIndex(root, cacheFolder, {
    split: recipe.data,
    records,
    onProgress: (done, total) => report({ phase: 'checking', done, total }),
  })
  checkSameImages(index, root, run.dataset, 'add the moved dataset under its name, or choose it as another dataset')
  for (const message of movedNote(root, run.dataset)) report({ phase: 'warning', message })
}

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

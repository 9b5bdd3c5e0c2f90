import { join } from 'node:path'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { DatasetError } from '../../shared/errors.ts'
import { runFiles } from '../../shared/run-folder/files.ts'
import type { DatasetSource, EvaluateRequest } from '../../shared/contract/trainer.ts'
import { openForEvaluation, openIndex } from '../dataset/index.ts'
import { buildEvaluationStep } from '../evaluation/evaluation-step.ts'
import { readCorrections } from '../run-folder/own-corrections.ts'
import { evaluationName, measureAndKeep } from './measure-images.ts'
import { openRun, runCheckpoint, type OpenedRun } from './open-checkpoint.ts'
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
  const { classes } = run.dataset
  const facts = { checkpoint: checkpoint.name, step: checkpoint.manifest.step, dataset: root }
  return measureAndKeep(
    {
      images,
      classes,
      facts,
      notes: [...moved(images.part), ...images.notes, ...turnedSince(run, [images.index])],
      logits: request.logits,
      folder: evaluationFolder(request, { ...facts, split: images.part }, run),
      open: (owner, logits) =>
        runCheckpoint(owner, opened, { root: images.root, split: images.index }, (g, parts) =>
          buildEvaluationStep(g, parts, { logits, features: request.features ?? false }),
        ),
    },
    report,
  )
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

/** Beside that of the run's own images, not in its place, stands that of other ones: two folders may have one name. */
function evaluationFolder(
  request: EvaluateRequest,
  { checkpoint, split, dataset }: Pick<EvaluationReport, 'checkpoint' | 'split' | 'dataset'>,
  run: OpenedRun['run'],
): string {
  const name = `${checkpoint}-${split}`
  const isOwn = dataset === (request.own ?? run.dataset).root
  return join(request.runFolder, runFiles.evaluations, isOwn ? name : evaluationName(name, dataset))
}

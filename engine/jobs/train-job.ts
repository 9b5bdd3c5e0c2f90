import type { TrainOutcome, TrainRequest } from '../../shared/contract/trainer.ts'
import { RunError } from '../../shared/errors.ts'
import { networkName } from '../../shared/recipe/network-name.ts'
import type { Corrections } from '../../shared/run-folder/corrections.ts'
import { recipeWarnings, warningText } from '../../shared/recipe/warnings.ts'
import { extensionNote } from '../../shared/run-folder/extension.ts'
import { openCache, type PixelCache } from '../pipeline/index.ts'
import { openDataset, type DatasetIndex, type OpenedDataset } from '../dataset/index.ts'
import { Heartbeat } from '../run-folder/heartbeat.ts'
import { keepCorrections, readCorrections, withOwnCorrections } from '../run-folder/own-corrections.ts'
import { keepModel, withOwnModel } from '../run-folder/own-model.ts'
import { datasetFacts } from './dataset-facts.ts'
import { checkFits, earlierOf, recordOf, type Earlier } from './run-record.ts'
import { checkSameImages, movedNote, turnedSince } from './same-images.ts'
import { firstWeightsNotes } from './first-weights-note.ts'
import { firstStartNote, processorNotes, settleDevice } from './gpu.ts'
import type { Report } from './report.ts'
import { ignoreStopped, Stopped, type RunControls } from './run-controls.ts'
import { RunHooks } from './run-hooks.ts'
import { openTrainingSession, type TrainingSession } from './training-session.ts'

/** Trains a run in its folder, from the start or from a checkpoint. What fails before the first step leaves no file. */
export async function trainRun(request: TrainRequest, report: Report, controls: RunControls): Promise<TrainOutcome> {
  const heartbeat = new Heartbeat(request.runFolder, () => controls.abort(takenOver(request)))
  try {
    return await start(request, report, controls)
  } finally {
    heartbeat.stop()
    controls.ended()
  }
}

const takenOver = ({ runFolder }: TrainRequest) =>
  new RunError(
    `Another trainer has taken over the run in ${runFolder}, since this one had not been heard of for long; this one has ended.`,
  )

const OTHERWISE =
  'restore them, name the folder that they were moved to with --dataset, or start a new run on what is there now'

const FROM_THE_START = 'The run was ended before its first checkpoint, so it starts again from its first step.'

async function start(request: TrainRequest, report: Report, controls: RunControls): Promise<TrainOutcome> {
  const began = performance.now()
  const earlier = await earlierOf(request)
  const { recipe, dataset, cacheFolder } = request
  const whyNoGpu = settleDevice(recipe.run.device)
  const onProgress = (done: number, total: number) => {
    if (controls.wanted === 'stop') throw new Stopped()
    report({ phase: 'checking', done, total })
  }
  const corrections = correctionsOf(request, earlier)
  const opened = await openDataset(dataset.root, cacheFolder, {
    onProgress,
    split: recipe.data,
    corrections,
    records: dataset.records,
  }).catch(ignoreStopped)
  const index = opened?.index
  if (index && earlier) checkSameImages(index, dataset.root, earlier.record.dataset, OTHERWISE)
  const damages: string[] = []
  const onDamage = (sentence: string) => void damages.push(sentence)
  const places = index && { root: index.root, data: recipe.data, cacheFolder, onProgress, onDamage }
  const cache = places && (await openCache(index.splits.train, places).catch(ignoreStopped))
  try {
    if (!index || controls.wanted === 'stop')
      return { status: 'stopped', step: earlier?.checkpoint?.manifest.step ?? 0 }
    report({ phase: 'preparing', message: beginning(recipe) })
    const warnings = [...processorNotes(whyNoGpu), ...damages, ...warningsOf(request, opened, earlier)]
    return await runToEnd(
      await open({ request, index, corrections, warnings, whyNoGpu, cache, report, controls, earlier }),
      began,
    )
  } finally {
    cache?.dispose()
  }
}

/** A run that goes on has those that it began with. */
const correctionsOf = ({ recipe, runFolder }: TrainRequest, earlier: Earlier | undefined) =>
  readCorrections(earlier ? withOwnCorrections(recipe, runFolder) : recipe)

const beginning = ({ model }: TrainRequest['recipe']) => firstStartNote() ?? `Building ${networkName(model)}`

/** What is to be told before a start. A run that goes on has been told of its recipe already. */
function warningsOf({ recipe, dataset }: TrainRequest, opened: OpenedDataset, earlier: Earlier | undefined): string[] {
  if (!earlier) return [...recipeWarnings(recipe, datasetFacts(opened)).map(warningText), ...firstWeightsNotes(recipe)]
  const { train, val } = opened.index.splits
  return [
    ...movedNote(dataset.root, earlier.record.dataset),
    ...turnedSince(earlier.record, [train, val]),
    ...(earlier.checkpoint ? [] : [FROM_THE_START]),
  ]
}

async function runToEnd(run: RunHooks, began: number): Promise<TrainOutcome> {
  try {
    return await run.train(began)
  } catch (error) {
    run.fail(error)
    throw error
  } finally {
    run.dispose()
  }
}

interface RunParts {
  readonly request: TrainRequest
  readonly index: DatasetIndex
  readonly corrections: Corrections | undefined
  /** What of the recipe has no effect or a bad one. */
  readonly warnings: readonly string[]
  readonly whyNoGpu: string | undefined
  readonly cache: PixelCache | undefined
  readonly report: Report
  readonly controls: RunControls
  readonly earlier: Earlier | undefined
}

async function open(parts: RunParts): Promise<RunHooks> {
  const { request, index, corrections, warnings, whyNoGpu, cache, report, controls, earlier } = parts
  const session = await openTrainingSession(
    earlier ? withOwnModel(request.recipe, request.runFolder) : request.recipe,
    index,
    cache,
  )
  const checkpoint = earlier?.checkpoint
  try {
    const extension = earlier && extensionOf(request, session, earlier)
    if (checkpoint) checkFits(session, checkpoint, request.recipe)
    const begun = { ...recordOf(request, index, session, earlier), whyNoGpu }
    const record = extension === undefined ? begun : { ...begun, extendedAt: begun.step }
    if (extension !== undefined) report({ phase: 'preparing', message: extension })
    await session.start(record.step, checkpoint?.prefix)
    if (!earlier) keepFiles(request, session, corrections)
    return new RunHooks({
      request,
      session,
      record,
      report,
      controls,
      checkpoint,
      index,
      warnings,
      extension,
    })
  } catch (error) {
    session.dispose()
    throw error
  }
}

/** What the recipe names may be another by the time that the run goes on. */
function keepFiles({ runFolder }: TrainRequest, { topology }: TrainingSession, corrections: Corrections | undefined) {
  if (topology !== undefined) keepModel(runFolder, topology)
  if (corrections) keepCorrections(runFolder, corrections)
}

const extensionOf = ({ recipe }: TrainRequest, { plan }: TrainingSession, { checkpoint, ...before }: Earlier) =>
  extensionNote(recipe, { ...plan, imagesPerStep: plan.batchSize }, { ...before, checkpoint: checkpoint?.manifest })

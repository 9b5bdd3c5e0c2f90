import type { TrainerProgress, TrainOutcome, TrainRequest } from '../../shared/contract/trainer.ts'
import { RunError } from '../../shared/errors.ts'
import { openIndex, type DatasetIndex } from '../data/index.ts'
import { Heartbeat } from '../run-folder/heartbeat.ts'
import { checkFits, checkSameImages, earlierOf, recordOf, type Earlier } from './run-record.ts'
import { ignoreStopped, Stopped, type TrainingControls } from './training-controls.ts'
import { TrainingRun } from './training-run.ts'
import { openTrainingSession } from './training-session.ts'

export type Report = (progress: TrainerProgress) => void

/** Trains a run in its folder, from the start or from a checkpoint. What fails before the first step leaves no file. */
export async function trainRun(request: TrainRequest, report: Report, controls: TrainingControls): Promise<TrainOutcome> {
  const heartbeat = new Heartbeat(request.runFolder, () => controls.abort(takenOver(request)))
  try {
    return await start(request, report, controls)
  } finally {
    heartbeat.stop()
    controls.ended()
  }
}

const takenOver = ({ runFolder }: TrainRequest) => new RunError(`Another trainer has taken over the run in ${runFolder}, since this one had not been heard of for long; this one has ended.`)

async function start(request: TrainRequest, report: Report, controls: TrainingControls): Promise<TrainOutcome> {
  const began = performance.now()
  const earlier = await earlierOf(request)
  const index = await openIndex(request.dataset.root, request.cacheFolder, (done, total) => {
    if (controls.wanted === 'stop') throw new Stopped()
    report({ phase: 'checking', done, total })
  }, request.recipe.data).catch(ignoreStopped)
  if (!index || controls.wanted === 'stop') return { status: 'stopped', step: earlier?.checkpoint.manifest.step ?? 0 }
  report({ phase: 'preparing', message: `Building ${request.recipe.model.architecture}` })
  const run = await open(request, index, report, controls, earlier)
  try {
    return await run.train(began)
  } catch (error) {
    run.fail(error)
    throw error
  } finally {
    run.dispose()
  }
}

async function open(request: TrainRequest, index: DatasetIndex, report: Report, controls: TrainingControls, earlier: Earlier | undefined): Promise<TrainingRun> {
  const session = await openTrainingSession(request.recipe, index)
  try {
    const record = recordOf(request, index, session, earlier)
    if (earlier) {
      checkFits(session, earlier.checkpoint, request.recipe)
      checkSameImages(record, earlier.record)
    }
    await session.start(record.step, earlier?.checkpoint.prefix)
    return new TrainingRun({ request, session, record, report, controls, checkpoint: earlier?.checkpoint, unreadable: index.unreadable })
  } catch (error) {
    session.dispose()
    throw error
  }
}

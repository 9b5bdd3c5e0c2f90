import { checkedCalls, type Handler } from '../shared/contract/calls.ts'
import { evaluationCalls } from '../shared/contract/evaluations.ts'
import { imageCalls, type ImageEvents } from '../shared/contract/images.ts'
import { pictureCalls } from '../shared/contract/pictures.ts'
import type { TrainerCalls, TrainerEvents, TrainerProgress } from '../shared/contract/trainer.ts'
import { RunError, UsageError } from '../shared/errors.ts'
import { connect } from '../shared/rpc/connect.ts'
import type { Port } from '../shared/rpc/port.ts'
import { PACE, Throttle } from '../shared/rpc/throttle.ts'
import { benchmark } from './jobs/benchmark-job.ts'
import { checkDataset } from './jobs/check-dataset-job.ts'
import { compareEvaluations } from './jobs/compare-evaluations-job.ts'
import { describeModel } from './jobs/describe-model-job.ts'
import { evaluateRun } from './jobs/evaluate-job.ts'
import { evaluateModel } from './jobs/evaluate-model-job.ts'
import { evaluationHistory } from './jobs/evaluation-history-job.ts'
import { evaluationFigures } from './jobs/evaluation-figures-job.ts'
import { evaluationDrawings, picturedSamples } from './jobs/evaluation-report-job.ts'
import { mapEvaluation } from './jobs/evaluation-map-job.ts'
import { Evaluations } from './jobs/evaluations.ts'
import { exportRun } from './jobs/export-job.ts'
import { findLabelErrors } from './jobs/label-errors-job.ts'
import { Pictures } from './jobs/pictures.ts'
import { predictImages } from './jobs/predict-job.ts'
import { SampleViewer } from './jobs/sample-viewer.ts'
import { Images } from './jobs/images.ts'
import { trainRun } from './jobs/train-job.ts'
import { evaluationSlices, sliceFigures } from './jobs/slices-job.ts'
import { tryStep } from './jobs/try-step-job.ts'
import { listDataset } from './dataset/index.ts'
import { RunControls } from './jobs/run-controls.ts'
import { describeGpu } from './jobs/gpu.ts'
import { describeMachine } from './jobs/machine.ts'
import { processPort } from './process-port.ts'

/** The job under way. */
let work: 'training' | 'other' | undefined
const controls = new RunControls()
const images = new Images((nameOrRoot) => host.remote.datasetOf(nameOrRoot))
const viewer = new SampleViewer()
const evaluations = new Evaluations(
  viewer,
  (run, evaluation) => host.remote.evaluationOf(run, evaluation),
  (work) => images.inTurn(work),
)
/** Lines of pages that were handed over and are not served yet. */
const pages: Port[] = []

/** Runs a job while no other runs: two would share the device and the order of random numbers. */
async function alone<R>(kind: 'training' | 'other', job: () => Promise<R>): Promise<R> {
  if (work) throw new RunError('This trainer is already at work; start another one.')
  work = kind
  try {
    return await job()
  } finally {
    work = undefined
  }
}

async function atWork<R>(request: () => Promise<R>): Promise<R> {
  if (!work) throw new RunError('The run is not at work; resume it first.')
  return request()
}

/** Until its line is closed. */
function servePage(page: Port): Promise<void> {
  const progress = new Throttle<Parameters<ImageEvents['listingProgress']>>(PACE, (now) =>
    notify('listingProgress', ...now),
  )
  const calls = images.calls((...now) => progress.add(now))
  const pictures = new Pictures(
    viewer,
    (run) => host.remote.runOf(run),
    (work) => images.inTurn(work),
  )
  const { notify } = connect<ImageEvents, Record<string, Handler>>(page, {
    ...checkedCalls(imageCalls, calls),
    ...checkedCalls(evaluationCalls, evaluations.calls),
    ...checkedCalls(pictureCalls, pictures.calls),
  })
  return new Promise<void>((resolve) => page.onClose(() => resolve())).finally(() => pictures.dispose())
}

const calls: TrainerCalls = {
  ping: () => images.ping(),
  describeMachine: () => Promise.resolve(describeMachine()),
  describeGpu: () => Promise.resolve().then(describeGpu),
  listDataset: (place) => listDataset(place, (done, total) => report({ phase: 'checking', done, total })),
  checkDataset: (request) => alone('other', () => checkDataset(request, report)),
  train: (request) => alone('training', () => trainRun(request, report, controls)),
  evaluate: (request) => alone('other', () => evaluateRun(request, report)),
  evaluateModel: (request) => alone('other', () => evaluateModel(request, report)),
  evaluationFigures: (request) => images.inTurn(() => Promise.resolve().then(() => evaluationFigures(request))),
  picturedSamples: (place, request) => images.inTurn(() => picturedSamples(place, request)),
  evaluationDrawings: (folder) => images.inTurn(() => Promise.resolve().then(() => evaluationDrawings(folder))),
  evaluationHistory: (request) => images.inTurn(() => evaluationHistory(request)),
  compareEvaluations: (request) => images.inTurn(() => Promise.resolve().then(() => compareEvaluations(request))),
  labelErrors: (request) => images.inTurn(() => Promise.resolve().then(() => findLabelErrors(request))),
  evaluationSlices: (place, least) => alone('other', () => evaluationSlices(place, least, report)),
  sliceFigures: (place, request) => alone('other', () => sliceFigures(place, request, report)),
  evaluationMap: (request) => alone('other', () => mapEvaluation(request, report)),
  describeModel: (request) => images.inTurn(() => describeModel(request)),
  predict: (request) => alone('other', () => predictImages(request, report)),
  exportModel: (request) => alone('other', () => exportRun(request)),
  benchmark: (request) => alone('other', () => benchmark(request, report)),
  tryStep: (request) => alone('other', () => tryStep(request)),
  stop: () => Promise.resolve(controls.stop()),
  saveCheckpoint: () => atWork(() => controls.saveCheckpoint()),
  pause: (paused) => atWork(() => Promise.resolve(controls.pause(paused))),
  scaleLearningRate: (factor) => atWork(() => Promise.resolve(controls.scaleLearningRate(factor))),
  ...images.calls((_dataset, done, total) => report({ phase: 'checking', done, total })),
  forgetDataset: (root) => Promise.resolve(images.forget(root)),
  servePage() {
    const page = pages.shift()
    return page ? servePage(page) : Promise.reject(new UsageError('No line of a page was handed over.'))
  },
}

const port = processPort()
port.onPage((page) => void pages.push(page))
const host = connect<TrainerEvents, TrainerCalls>(port, calls)

function report(progress: TrainerProgress): void {
  host.notify('progress', progress)
}

/** Nobody will ask to stop any more: training saves what there is and then ends, anything else ends now. */
function end(): void {
  controls.stop()
  if (work !== 'training') process.exit()
  setInterval(() => {
    if (work !== 'training') process.exit()
  }, 100)
}

port.onClose(end)
// A job scheduler signals every process of a job, whatever group it is in.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)

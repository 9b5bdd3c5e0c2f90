import type { TrainerCalls, TrainerEvents, TrainerProgress } from '../shared/contract/trainer.ts'
import { RunError } from '../shared/errors.ts'
import { connect } from '../shared/rpc/connect.ts'
import { benchmark } from './jobs/benchmark-job.ts'
import { checkDataset } from './jobs/check-dataset-job.ts'
import { describeModel } from './jobs/describe-model-job.ts'
import { evaluateRun } from './jobs/evaluate-job.ts'
import { exportRun } from './jobs/export-job.ts'
import { predictImages } from './jobs/predict-job.ts'
import { Preview } from './jobs/preview-job.ts'
import { trainRun } from './jobs/train-job.ts'
import { tryStep } from './jobs/try-step-job.ts'
import { recognise } from './dataset/index.ts'
import { RunControls } from './jobs/run-controls.ts'
import { describeMachine } from './jobs/machine.ts'
import { processPort } from './process-port.ts'
import { libraryCandidates } from './tensorflow/c-api/index.ts'

/** The job under way. */
let work: 'training' | 'other' | undefined
let previews: Promise<unknown> = Promise.resolve()
const controls = new RunControls()
const preview = new Preview()

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

/** Previews wait for each other: they are quick, and share a graph. */
function oneAfterAnother<R>(job: () => Promise<R>): Promise<R> {
  const result = previews.then(job)
  previews = result.catch(() => undefined)
  return result
}

const calls: TrainerCalls = {
  ping: () => Promise.resolve(),
  describeMachine: () => Promise.resolve(describeMachine()),
  describeLibrary: () => Promise.resolve({ candidates: libraryCandidates(process.env) }),
  recogniseDataset: ({ root }) => Promise.resolve().then(() => ({ kind: recognise(root) })),
  checkDataset: (request) => alone('other', () => checkDataset(request, report)),
  train: (request) => alone('training', () => trainRun(request, report, controls)),
  evaluate: (request) => alone('other', () => evaluateRun(request, report)),
  describeModel: (request) => oneAfterAnother(() => describeModel(request)),
  predict: (request) => alone('other', () => predictImages(request, report)),
  exportModel: (request) => alone('other', () => exportRun(request)),
  benchmark: (request) => alone('other', () => benchmark(request, report)),
  tryStep: (request) => alone('other', () => tryStep(request)),
  stop: () => Promise.resolve(controls.stop()),
  saveCheckpoint: () => atWork(() => controls.saveCheckpoint()),
  pause: (paused) => atWork(() => Promise.resolve(controls.pause(paused))),
  scaleLearningRate: (factor) => atWork(() => Promise.resolve(controls.scaleLearningRate(factor))),
  listImages: (request) => oneAfterAnother(() => preview.listImages(request, report)),
  previewSamples: (request) => oneAfterAnother(() => preview.samples(request, report)),
  thumbnails: (request) => oneAfterAnother(() => preview.thumbnails(request, report)),
}

const port = processPort()
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

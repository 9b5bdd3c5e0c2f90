import type { TrainerCalls, TrainerEvents, TrainerProgress } from '../shared/contract/trainer.ts'
import { RunError } from '../shared/errors.ts'
import { connect } from '../shared/rpc/connect.ts'
import { checkDataset } from './jobs/check-dataset-job.ts'
import { evaluateRun } from './jobs/evaluate-job.ts'
import { trainRun } from './jobs/train-job.ts'
import { describeMachine } from './machine.ts'
import { processPort } from './process-port.ts'
import { libraryCandidates } from './tensorflow/c-api/index.ts'

let busy = false
let stopping = false

/** Runs a job while no other runs: two would share the device and the order of random numbers. */
async function alone<R>(job: () => Promise<R>): Promise<R> {
  if (busy) throw new RunError('This trainer is already at work; start another one.')
  busy = true
  try {
    return await job()
  } finally {
    busy = false
  }
}

const calls: TrainerCalls = {
  describeMachine: () => Promise.resolve(describeMachine()),
  describeLibrary: () => Promise.resolve({ candidates: libraryCandidates(process.env) }),
  checkDataset: (request) => alone(() => checkDataset(request, report)),
  train: (request) => alone(() => trainRun(request, report, () => stopping)),
  evaluate: (request) => alone(() => evaluateRun(request, report)),
  stop() {
    stopping = true
    return Promise.resolve()
  },
}

const port = processPort()
const host = connect<TrainerEvents, TrainerCalls>(port, calls)

function report(progress: TrainerProgress): void {
  host.notify('progress', progress)
}

/** A host that is gone cannot ask to stop: save what there is, then end. */
port.onClose(() => {
  stopping = true
  if (!busy) process.exit()
  setInterval(() => {
    if (!busy) process.exit()
  }, 100)
})

import { warmupSteps } from '../schedule.ts'
import { inEpochs, inWords, listed, type Check } from './facts.ts'

/** What a recipe plans for a time that its run does not reach. */
export const afterTheEnd: readonly Check[] = [
  ({ recipe: { schedule, data, optimizer }, epochs }) => {
    const totalBatch = data.batchSize * optimizer.accumulate
    // One epoch of so many steps that no warm-up is rounded away.
    const isUsed = warmupSteps(schedule, { totalBatch, stepsPerEpoch: 1e6 }) > 0
    if (!isUsed || epochs === undefined || schedule.warmupEpochs < epochs) return undefined
    return {
      path: 'schedule.warmupEpochs',
      message: `The warm-up takes ${inEpochs(schedule.warmupEpochs)} and the run ${inWords(epochs)}, so the learning rate ${schedule.warmupEpochs > epochs ? 'never reaches its highest' : 'only rises'}: set schedule.warmupEpochs well below ${inWords(epochs)}.`,
    }
  },
  ({ recipe: { schedule }, epochs }) => {
    if (schedule.name !== 'step' || epochs === undefined) return undefined
    const late = schedule.milestones.filter((milestone) => milestone >= epochs)
    if (late.length === 0) return undefined
    const none = late.length === schedule.milestones.length ? ', and the learning rate never falls' : ''
    return {
      path: 'schedule.milestones',
      message: `${listed(late)} ${late.length === 1 ? 'is' : 'are'} not reached by a run of ${inEpochs(epochs)}${none}: leave such epochs out, or state earlier ones.`,
    }
  },
  ({ recipe: { data }, epochs }) => {
    const [from, to] = data.resizeEpochs
    if (data.startImageSize === 0 || epochs === undefined || to <= epochs) return undefined
    const how = from >= Math.ceil(epochs) - 1 ? 'do not grow at all' : `never reach data.imageSize (${data.imageSize})`
    return {
      path: 'data.resizeEpochs',
      message: `Training images grow up to epoch ${inWords(to)}, but the run has ${inWords(epochs)}, so they ${how}: let the second number be at most ${inWords(epochs)}, and the first below it.`,
    }
  },
  ({ recipe: { precision }, steps }) =>
    precision.quantize !== 'off' && steps !== undefined && precision.quantizeDelay >= steps
      ? {
          path: 'precision.quantizeDelay',
          message: `Rounding begins after ${precision.quantizeDelay} steps, but the run has ${steps}, so the network never trains with rounded weights: set precision.quantizeDelay below ${steps}.`,
        }
      : undefined,
  ({ recipe: { run }, epochs }) =>
    epochs !== undefined && run.evaluateEvery > Math.ceil(epochs)
      ? {
          path: 'run.evaluateEvery',
          message: `The run has ${inEpochs(epochs)}, so it is evaluated at its end only: the last checkpoint is the best one, whatever came before.`,
        }
      : undefined,
  ({ recipe: { run }, epochs }) =>
    epochs !== undefined && run.checkpointEvery > Math.ceil(epochs)
      ? {
          path: 'run.checkpointEvery',
          message: `The run has ${inEpochs(epochs)}, so no checkpoint is due before its end: should it break off, there may be nothing to resume it from.`,
        }
      : undefined,
  ({ recipe: { run }, epochs }) => {
    if (run.earlyStopping === 0 || run.evaluateEvery === 0 || epochs === undefined) return undefined
    const evaluations = Math.ceil(epochs / run.evaluateEvery)
    // The first evaluation is the best so far, and after the last the run ends anyway.
    if (run.earlyStopping < evaluations - 1) return undefined
    return {
      path: 'run.earlyStopping',
      message: `It waits for ${run.earlyStopping} evaluations without improvement, but the run has ${evaluations} in all, so it never ends before its time: lower run.earlyStopping or run.evaluateEvery, or set run.earlyStopping to 0.`,
    }
  },
]

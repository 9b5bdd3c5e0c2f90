import { traitsOf } from '../architectures.ts'
import { inWords, percent, type Check } from './facts.ts'

/** What is left of an average's first values may have no more than this share in it at the end. */
const MOST_LEFT = 0.05

/** What an average that keeps so much of itself in a step still holds of its first values, and the slowest that does not hold too much. */
function leftOver(kept: number, steps: number): { readonly share: number; readonly slowest: number } | undefined {
  const share = kept ** steps
  return share > MOST_LEFT ? { share, slowest: Math.floor(1e6 * MOST_LEFT ** (1 / steps)) / 1e6 } : undefined
}

/** Keys under which a network learns nothing, or is measured wrongly. */
export const learning: readonly Check[] = [
  ({ recipe: { optimizer }, steps }) => {
    const left = steps === undefined || optimizer.emaWarmup ? undefined : leftOver(optimizer.ema, steps)
    if (!left) return undefined
    return {
      path: 'optimizer.ema',
      message: `After the ${steps} steps of the run the moving average, which is what is evaluated, still holds ${percent(left.share)} of the first weights: set optimizer.ema to ${left.slowest} or less, or optimizer.emaWarmup to true.`,
    }
  },
  ({ recipe: { data, model } }) =>
    data.batchSize === 1 && hasBatchNorm(model)
      ? {
          path: 'data.batchSize',
          message: `Batch norm takes its mean and variance from a batch, and a single image tells nothing of others: the loss hardly falls and validation goes wrong, whatever optimizer.accumulate is. Set data.batchSize to at least 8 or so, or train a network without batch norm.`,
        }
      : undefined,
  ({ recipe: { model, optimizer }, steps }) => {
    const batches = steps === undefined ? undefined : steps * optimizer.accumulate
    const left = batches === undefined || !hasBatchNorm(model) ? undefined : leftOver(model.batchNormMomentum, batches)
    if (!left) return undefined
    return {
      path: 'model.batchNormMomentum',
      message: `After the ${batches} batches of the run the moving mean and variance of batch norm still hold ${percent(left.share)} of their first values, and evaluation goes by them: set model.batchNormMomentum to ${left.slowest} or less, or train longer.`,
    }
  },
  ({ recipe: { run }, dataset }) =>
    dataset && dataset.classes <= 5 && run.bestMetric === 'top5' && run.evaluateEvery > 0
      ? {
          path: 'run.bestMetric',
          message: `With ${dataset.classes} classes every image counts as right in top-5: the first checkpoint stays the best, and early stopping ends the run. Set run.bestMetric to top1 or loss.`,
        }
      : undefined,
  ({ recipe: { loss }, dataset }) => {
    const { name, labelSmoothing, targetThreshold } = loss
    const isCut = name === 'bce' && targetThreshold > 0 && targetThreshold >= labelSmoothing / (dataset?.classes ?? 2)
    if (labelSmoothing === 0 || !isCut) return undefined
    return {
      path: 'loss.labelSmoothing',
      message: `loss.targetThreshold makes whole labels of smoothed ones again, so smoothing has no effect: set one of them to 0.`,
    }
  },
  ({ recipe: { loss } }) =>
    loss.labelSmoothing === 1
      ? {
          path: 'loss.labelSmoothing',
          message:
            'Every image gets the same label, so there is nothing to learn: set loss.labelSmoothing to 0.1 or so.',
        }
      : undefined,
  ({ recipe: { schedule } }) =>
    schedule.name === 'step' && schedule.factor === 1 && schedule.milestones.length > 0
      ? {
          path: 'schedule.factor',
          message: `The learning rate is multiplied by 1 at every milestone, so it stays as it is: set schedule.factor to 0.1 or so, or schedule.name to constant.`,
        }
      : undefined,
  ({ recipe: { optimizer, schedule } }) =>
    (optimizer.name === 'sgd' || optimizer.name === 'lars') && optimizer.momentum === 1
      ? {
          path: 'optimizer.momentum',
          message: `Every update goes on for ever, so the weights run away whatever schedule.learningRate (${inWords(schedule.learningRate)}) is: set optimizer.momentum to 0.9 or so.`,
        }
      : undefined,
]

/** What the network of a file has is not known here. */
const hasBatchNorm = ({ file, architecture }: { file: string; architecture: Parameters<typeof traitsOf>[0] }) =>
  file === '' && traitsOf(architecture).hasBatchNorm

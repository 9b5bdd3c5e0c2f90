import type { TrainerProgress, TrainingProgress } from '../shared/contract/trainer.ts'
import { decimal, duration, percent, rate } from './format.ts'

/** A line that stays, for what happens once. */
export function eventLine(progress: TrainerProgress): string | undefined {
  switch (progress.phase) {
    case 'preparing':
      return progress.message
    case 'evaluated':
      return `epoch ${round(progress.epoch).padEnd(3)} top-1 ${percent(progress.top1)}  top-5 ${percent(progress.top5)}  loss ${decimal(progress.loss)}`
    case 'warning':
      return `warning: ${progress.message}`
    case 'paused':
      return `paused at step ${progress.step}`
    case 'checking':
    case 'training':
    case 'evaluating':
    case 'mapping':
    case 'measuring':
    case 'checkpoint':
      return undefined
  }
}

/** What is under way: how far it is, and the words around it. */
export interface Activity {
  readonly done: number
  readonly total: number
  readonly before: string
  readonly after: string
}

export function activity(progress: TrainerProgress): Activity | undefined {
  switch (progress.phase) {
    case 'checking':
      return progress.total > 0
        ? { ...progress, before: 'reading images', after: `${progress.done}/${progress.total}` }
        : { ...progress, before: 'listing images', after: String(progress.done) }
    case 'evaluating':
      return { ...progress, before: 'evaluating', after: `${progress.done}/${progress.total}` }
    case 'measuring':
      return { ...progress, before: 'measuring', after: `step ${progress.done}/${progress.total}` }
    case 'mapping': {
      const before = progress.step === 'comparing' ? 'comparing features' : 'placing images'
      return { ...progress, before, after: `${progress.done}/${progress.total}` }
    }
    case 'training':
      return { done: progress.step, total: progress.totalSteps, ...trainingText(progress) }
    case 'preparing':
    case 'evaluated':
    case 'checkpoint':
    case 'paused':
    case 'warning':
      return undefined
  }
}

function trainingText({ epoch, epochs, step, totalSteps, loss, top1, imagesPerSecond, secondsLeft }: TrainingProgress) {
  // The first step says nothing about the speed: TensorFlow still prepares its graph.
  const pace = imagesPerSecond > 0 ? [`${rate(imagesPerSecond)} img/s`, `${duration(secondsLeft)} left`] : []
  const figures = [`loss ${decimal(loss)}`, `top-1 ${percent(top1).padStart(5)}`, ...pace]
  return { before: `epoch ${epoch}/${epochs} step ${step}/${totalSteps}`, after: figures.join('  ') }
}

const round = (epoch: number) => String(Math.round(100 * epoch) / 100)

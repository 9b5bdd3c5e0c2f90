import type { TrainerProgress, TrainingProgress } from '../../shared/contract/trainer.ts'
import type { ShownRun } from '../../shared/contract/workbench.ts'
import { formatDuration, formatMetric, formatValue } from '../charts/format.ts'
import { formatCount } from '../ui/format.ts'

type Figure = readonly [name: string, value: string]

/** What a run is doing; undefined of one that is not at work and does not wait for it. */
export function activity(run: ShownRun, progress: TrainerProgress | undefined): string | undefined {
  if (run.status === 'queued') return 'Waits for the device'
  if (run.status !== 'running') return undefined
  if (run.paused) return 'Paused'
  // Of a run of another host only its record is known.
  return !progress && run.elsewhere && run.record?.step ? 'Training' : phaseText(progress)
}

function phaseText(progress: TrainerProgress | undefined): string {
  switch (progress?.phase) {
    case undefined:
      return 'Starting'
    case 'preparing':
      return progress.message
    case 'checking':
      return progress.total > 0
        ? `Checking images: ${formatCount(progress.done)} of ${formatCount(progress.total)}`
        : `Listing images: ${formatCount(progress.done)}`
    case 'evaluating':
      return 'Evaluating'
    case 'mapping':
    case 'measuring':
      return 'Measuring'
    case 'paused':
      return 'Paused'
    case 'checkpoint':
    case 'evaluated':
    case 'training':
    case 'warning':
      return 'Training'
  }
}

/** How far a run is: as it last told, or as its record has it. */
export function runFigures(run: ShownRun, last: TrainingProgress | undefined): Figure[] {
  const speed: Figure = ['Images/s', formatValue(last?.imagesPerSecond ?? run.record?.summary?.imagesPerSecond)]
  const time: Figure =
    run.status === 'running'
      ? ['Time left', formatDuration(last?.secondsLeft)]
      : ['Took', formatDuration(run.record?.summary?.seconds)]
  return [...(last ? liveFigures(last) : recordedFigures(run)), speed, time]
}

const liveFigures = ({ epoch, epochs, step, totalSteps, loss, top1 }: TrainingProgress): Figure[] => [
  ['Epoch', `${epoch} / ${epochs}`],
  ['Step', `${formatCount(step)} / ${formatCount(totalSteps)}`],
  ['Loss', formatValue(loss)],
  ['Top-1', formatMetric('top1', top1)],
]

function recordedFigures({ record }: ShownRun): Figure[] {
  return [
    ['Epoch', `${Number((record?.epoch ?? 0).toFixed(1))} / ${record?.plan?.epochs ?? '?'}`],
    ['Step', formatCount(record?.step ?? 0)],
    ['Validation loss', formatValue(record?.summary?.loss)],
    ['Validation top-1', formatMetric('top1', record?.summary?.top1)],
  ]
}

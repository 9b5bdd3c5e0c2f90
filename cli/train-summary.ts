import type { TrainOutcome } from '../shared/contract/trainer.ts'
import type { RunSpeed, RunSummary } from '../shared/run-folder/record.ts'
import { called } from './called.ts'
import { decimal, duration, percent, rate, shortPath } from './format.ts'
import { section } from './text.ts'

/** The end of `anneal train`: what came of it, and what can be done next. */
export function describeOutcome(id: string, folder: string, { status, step, speed, summary }: TrainOutcome): string {
  const facts = [
    ...(summary ? describeSummary(summary) : speed ? describeSpeed(speed) : []),
    ['run', shortPath(folder)],
  ]
  const head = section(status === 'finished' ? 'Finished' : `Stopped after step ${step}`, facts)
  return ['', head, '', section('Next', nextCommands(id, status, step))].join('\n')
}

export function describeSummary(summary: RunSummary): string[][] {
  return [
    ['top-1', `${percent(summary.top1)} (${describeBest(summary)})`],
    ['top-5', percent(summary.top5)],
    ['loss', decimal(summary.loss)],
    ...describeSpeed(summary),
  ]
}

function describeBest({ bestTop1, bestStep, bestMetric = 'top1' }: RunSummary): string {
  const at = `${percent(bestTop1)} at step ${bestStep}`
  return bestMetric === 'top1' ? `best ${at}` : `${at}, which is the best by ${bestMetric}`
}

const describeSpeed = ({ imagesPerSecond, dataWait, seconds }: RunSpeed): string[][] => [
  ['speed', `${rate(imagesPerSecond)} images/s, ${percent(dataWait)} of the time waiting for images`],
  ['time', duration(seconds)],
]

function nextCommands(id: string, status: TrainOutcome['status'], step: number): string[][] {
  if (step === 0) return [['start again: no step was done, so there is nothing to continue']]
  const evaluate = [`${called} evaluate ${id}`]
  return status === 'finished'
    ? [evaluate, [`${called} runs show ${id}`]]
    : [[`${called} train --resume ${id}`], evaluate]
}

import type { ShownRun } from '../../../shared/contract/workbench.ts'
import type { TrackedSplit } from '../../../shared/recipe/split.ts'
import type { Columns } from '../../charts/axis.ts'
import type { Curve } from '../../charts/curve.ts'
import { dataWaitShare } from './data-wait.ts'
import { runColour } from '../../app/state/run-colours.ts'
import { metricKey, type RunMetrics } from '../../app/state/metrics-reader.ts'
import { runName } from '../../app/state/run-facts.ts'

/** The charts that are there from the start, so that nothing jumps when the first record comes. */
const usual = ['loss', 'top1', 'learningRate', 'imagesPerSecond', 'dataWaitShare'] as const
/** Shown as a share instead. */
const replaced = new Set(['dataWait'])

/** The metrics to draw of some runs: the usual ones, then what else any of them has. */
export function chartMetrics(runs: readonly (RunMetrics | undefined)[]): string[] {
  const names = runs.flatMap((run) => [...(run?.columns.keys() ?? [])].map((key) => key.slice(key.indexOf('/') + 1)))
  return [...new Set([...usual, ...names])].filter((name) => !replaced.has(name))
}

/** A run's curves of a metric: one for each split that has it. */
export function runCurves(run: ShownRun, metrics: RunMetrics | undefined, metric: string): Curve[] {
  return (['train', 'val'] as const).flatMap((split) => {
    const columns = metrics && columnsOf(run, metrics, split, metric)
    return columns && columns.values.length > 0
      ? [
          {
            id: `${run.id}/${split}`,
            label: runName(run),
            colour: runColour(run.id),
            split,
            columns,
            start: metrics.start,
          },
        ]
      : []
  })
}

function columnsOf(run: ShownRun, { columns }: RunMetrics, split: TrackedSplit, metric: string): Columns | undefined {
  if (metric !== 'dataWaitShare') return columns.get(metricKey(split, metric))
  const [wait, rate] = [columns.get(metricKey(split, 'dataWait')), columns.get(metricKey(split, 'imagesPerSecond'))]
  const images = run.record?.plan?.imagesPerStep
  return wait && rate && images !== undefined ? dataWaitShare(wait, rate, images) : undefined
}

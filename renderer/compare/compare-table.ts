import type { ShownRun } from '../../shared/contract/workbench.ts'
import { bestAndLast, type BestAndLast } from '../charts/metric.ts'
import type { RunMetrics } from '../app/state/metrics-reader.ts'
import { runCurves } from '../parts/runs/run-curves.ts'

/** A metric of a split, as a table or a scatter plot shows it. */
export interface Measure {
  readonly split: 'train' | 'val'
  readonly metric: string
}

/** Best and last of a measure of a run, from its whole curve. */
export function measured(
  run: ShownRun,
  metrics: RunMetrics | undefined,
  { split, metric }: Measure,
): BestAndLast | undefined {
  const curve = runCurves(run, metrics, metric).find((one) => one.split === split)
  return curve && bestAndLast(curve.columns.values, metric)
}

/** The measures that any of the runs has, validation first. */
export function measures(runs: readonly (RunMetrics | undefined)[]): Measure[] {
  const keys = new Set(runs.flatMap((run) => [...(run?.columns.keys() ?? [])]))
  const all = [...keys].map((key): Measure => ({
    split: key.startsWith('val/') ? 'val' : 'train',
    metric: key.slice(key.indexOf('/') + 1),
  }))
  return all.sort((a, b) => Number(a.split === 'train') - Number(b.split === 'train'))
}

import type { ShownRun } from '../../../shared/contract/workbench.ts'
import type { TrackedSplit } from '../../../shared/recipe/split.ts'
import type { Column, TableRun } from './column.ts'
import { formatMetric } from '../../charts/format.ts'
import { isLowerBetter, isSmoothed, metricTitle } from '../../charts/metric.ts'

type Kind = 'best' | 'last'

/** The best or last value of a metric; of validation top-1 and loss also as the record has it. */
export function figureOf(run: TableRun, kind: Kind, split: TrackedSplit, metric: string): number | undefined {
  const figure = run.figures?.find((one) => one.split === split && one.metric === metric)
  if (!figure) return recorded(run, kind, split, metric)
  return kind === 'last' ? figure.last : isLowerBetter(metric) ? figure.least : figure.most
}

function recorded({ record }: ShownRun, kind: Kind, split: TrackedSplit, metric: string): number | undefined {
  if (split !== 'val' || !record?.summary) return undefined
  const { bestTop1, top1, loss } = record.summary
  if (metric === 'top1') return kind === 'best' ? bestTop1 : top1
  return metric === 'loss' && kind === 'last' ? loss : undefined
}

export function metricColumn(kind: Kind, split: TrackedSplit, metric: string): Column {
  const title = `${kind === 'best' ? 'Best' : 'Last'} ${metricTitle(metric).toLowerCase()}${split === 'train' ? ', training' : ''}`
  const value = (run: TableRun) => figureOf(run, kind, split, metric)
  return {
    id: `${kind} ${split}/${metric}`,
    title,
    numeric: true,
    width: Math.max(76, 7 * title.length + 26),
    value,
    text: (run) => formatMetric(metric, value(run)),
  }
}

/** Columns for every metric that any of the runs has, validation first. Of what follows a schedule only the last value tells something. */
export function metricColumns(runs: readonly TableRun[]): Column[] {
  const known = new Map(
    runs.flatMap(({ figures = [] }) =>
      figures.map(({ split, metric }) => [`${split}/${metric}`, { split, metric }] as const),
    ),
  )
  const inOrder = [...known.values()].sort((a, b) => Number(a.split === 'train') - Number(b.split === 'train'))
  return inOrder.flatMap(({ split, metric }) =>
    isSmoothed(metric)
      ? [metricColumn('best', split, metric), metricColumn('last', split, metric)]
      : [metricColumn('last', split, metric)],
  )
}

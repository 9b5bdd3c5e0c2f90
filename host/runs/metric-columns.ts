import type { MetricSeries } from '../../shared/contract/workbench.ts'
import { trackedSplits, type TrackedSplit } from '../../shared/recipe/split.ts'
import type { MetricsRecord } from '../../shared/run-folder/metrics.ts'

/** Records as columns: a series for each value of each split, of the records that have it. */
export function metricColumns(records: readonly MetricsRecord[]): MetricSeries[] {
  return trackedSplits.flatMap((split) =>
    seriesOf(
      split,
      records.filter((record) => record.split === split),
    ),
  )
}

/** Where every record has a metric, its series shares the columns of the split. */
function seriesOf(split: TrackedSplit, records: readonly MetricsRecord[]): MetricSeries[] {
  const names = new Set<string>()
  for (const { values } of records) for (const name in values) names.add(name)
  const all = positions(records)
  return [...names].map((metric) => {
    const isEverywhere = records.every(({ values }) => typeof values[metric] === 'number')
    const having = isEverywhere ? records : records.filter(({ values }) => typeof values[metric] === 'number')
    return {
      split,
      metric,
      ...(isEverywhere ? all : positions(having)),
      values: column(having, ({ values }) => values[metric]!),
    }
  })
}

const positions = (records: readonly MetricsRecord[]) => ({
  steps: column(records, ({ step }) => step),
  epochs: column(records, ({ epoch }) => epoch),
  walls: column(records, ({ wall }) => wall),
})

/** Float64Array.from takes several times as long. */
function column(records: readonly MetricsRecord[], of: (record: MetricsRecord) => number): Float64Array<ArrayBuffer> {
  const values = new Float64Array(records.length)
  for (let i = 0; i < values.length; i++) values[i] = of(records[i]!)
  return values
}

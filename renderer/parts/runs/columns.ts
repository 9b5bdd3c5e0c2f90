import type { ShownRun } from '../../../shared/contract/workbench.ts'
import { networkName } from '../../../shared/recipe/network-name.ts'
import type { Column, TableRun } from './column.ts'
import { formatDuration, formatTime, formatValue } from '../../charts/format.ts'
import { recipeValue, valueText } from '../../app/state/recipe-differences.ts'
import { metricColumn, metricColumns } from './metric-columns.ts'
import { createdTime, datasetName, runName, runSeconds, shownStatus } from '../../app/state/run-facts.ts'

const text = (id: string, title: string, width: number, value: (run: ShownRun) => string | undefined): Column => ({
  id,
  title,
  width,
  numeric: false,
  value,
  text: (run) => value(run) ?? '–',
})

const number = (
  id: string,
  title: string,
  width: number,
  value: (run: ShownRun) => number | undefined,
  format: (value: number | undefined) => string,
): Column => ({
  id,
  title,
  width,
  numeric: true,
  value,
  text: (run) => format(value(run)),
})

/** The columns that every run has. */
export const fixedColumns: readonly Column[] = [
  text('name', 'Run', 240, runName),
  text('status', 'Status', 116, shownStatus),
  text('dataset', 'Dataset', 132, datasetName),
  text('network', 'Network', 76, ({ recipe }) => recipe && networkName(recipe.model)),
  metricColumn('best', 'val', 'top1'),
  metricColumn('last', 'val', 'top1'),
  metricColumn('last', 'val', 'loss'),
  number('rate', 'Images/s', 78, rateOf, (value) => formatValue(value)),
  { ...number('epochs', 'Epochs', 76, ({ record }) => record?.epoch, formatValue), text: epochsText },
  number('created', 'Created', 100, createdTime, (value) =>
    value === undefined ? '–' : formatTime(new Date(value)).slice(5),
  ),
  number('duration', 'Duration', 94, runSeconds, formatDuration),
  text('tags', 'Tags', 130, ({ notes }) => notes.tags?.join(', ') || undefined),
  text('notes', 'Notes', 180, ({ notes }) => notes.notes || undefined),
]

/** Every column there is for some runs: the fixed ones, those of recipe keys, and of further metrics. */
export function allColumns(runs: readonly TableRun[], keys: readonly string[]): Column[] {
  const further = metricColumns(runs).filter(({ id }) => !fixedColumns.some((column) => column.id === id))
  return [...fixedColumns, ...keys.map(recipeColumn), ...further.map((column) => ({ ...column, further: true }))]
}

function rateOf({ record, progress }: ShownRun): number | undefined {
  return progress?.phase === 'training' ? progress.imagesPerSecond : record?.summary?.imagesPerSecond
}

function epochsText({ record, progress }: ShownRun): string {
  const live = progress?.phase === 'training' ? progress : undefined
  const done = live ? live.step / (live.totalSteps / live.epochs) : record?.epoch
  const all = live?.epochs ?? record?.plan?.epochs
  return done === undefined ? '–' : `${Number(done.toFixed(1))} / ${all ?? '?'}`
}

/** A column of a recipe key. */
export function recipeColumn(path: string): Column {
  const value = ({ recipe }: ShownRun) => recipeValue(recipe, path)
  return {
    id: path,
    title: path,
    numeric: false,
    width: Math.max(90, 7 * path.length + 16),
    value: (run) => sortable(value(run)),
    text: (run) => valueText(value(run)),
  }
}

const sortable = (value: unknown) => (value === undefined || typeof value === 'number' ? value : valueText(value))

export interface Order {
  readonly column: string
  readonly descending: boolean
}

/** Sorted by a column, stably; runs without a value come last either way. */
export function sortRuns<R extends TableRun>(runs: readonly R[], column: Column, descending: boolean): R[] {
  const sign = descending ? -1 : 1
  return runs.toSorted((a, b) => {
    const [x, y] = [column.value(a), column.value(b)]
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined)
    return (
      sign *
      (typeof x === 'number' && typeof y === 'number'
        ? x - y
        : String(x).localeCompare(String(y), 'en', { numeric: true }))
    )
  })
}

/** The runs that hold every word of the filter in one of their columns, their id or their notes. */
export function filterRuns<R extends TableRun>(runs: readonly R[], columns: readonly Column[], filter: string): R[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return [...runs]
  return runs.filter((run) => {
    const content = [run.id, run.notes.notes ?? '', ...columns.map((column) => column.text(run))]
      .join('\n')
      .toLowerCase()
    return words.every((word) => content.includes(word))
  })
}

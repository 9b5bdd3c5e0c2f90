import type { MetricFigure, ShownRun } from '../../../shared/contract/workbench.ts'

/** A run with what its metrics have come to, where that was read. */
export type TableRun = ShownRun & { readonly figures?: readonly MetricFigure[] }

/** A column of the run table. */
export interface Column {
  readonly id: string
  readonly title: string
  readonly numeric: boolean
  /** Pixels. */
  readonly width: number
  /** Shown only where it was asked for. */
  readonly further?: boolean
  /** What the column is sorted by. */
  value(run: TableRun): string | number | undefined
  text(run: TableRun): string
}

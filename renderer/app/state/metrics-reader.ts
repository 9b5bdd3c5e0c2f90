import type { MetricsChunk } from '../../../shared/contract/workbench.ts'
import { linesLeftOut } from '../../../shared/run-folder/left-out.ts'
import { runFiles } from '../../../shared/run-folder/files.ts'
import type { TrackedSplit } from '../../../shared/recipe/split.ts'
import type { Columns } from '../../charts/axis.ts'
import { GrowingColumns } from '../../charts/growing-columns.ts'
import { sentence } from '../../ui/sentence.ts'
import { latest } from './latest.ts'

/** The metrics of a run as far as they were read, by `split/metric`. Replaced as a whole when they grow. */
export interface RunMetrics {
  readonly columns: ReadonlyMap<string, Columns>
  /** Unix time in seconds of the first record. */
  readonly start: number
  readonly problem?: string
}

export const metricKey = (split: TrackedSplit, metric: string): string => `${split}/${metric}`

/** Reads a run's metrics piece by piece. */
export class MetricsReader {
  #columns = new Map<string, GrowingColumns>()
  #cursor = ''
  #leftOut = 0

  constructor(
    private readonly ask: (cursor: string) => Promise<MetricsChunk>,
    private readonly publish: (metrics: RunMetrics) => void,
  ) {}

  /** Reads what is new. What goes wrong is published, and the rest read at the next call. */
  readonly read = latest(async () => {
    try {
      const { next, restarted, series, leftOut = 0 } = await this.ask(this.#cursor)
      if (restarted) this.#columns = new Map()
      for (const part of series) this.#of(metricKey(part.split, part.metric)).append(part)
      this.#leftOut = (restarted ? 0 : this.#leftOut) + leftOut
      this.#cursor = next
      this.publish(this.#metrics())
    } catch (error) {
      this.publish({ ...this.#metrics(), problem: sentence(error) })
    }
  })

  #of(key: string): GrowingColumns {
    let columns = this.#columns.get(key)
    if (!columns) this.#columns.set(key, (columns = new GrowingColumns()))
    return columns
  }

  #metrics(): RunMetrics {
    const columns = new Map([...this.#columns].map(([key, growing]) => [key, growing.view()]))
    const start = Math.min(...[...columns.values()].map(({ walls }) => walls[0] ?? Infinity))
    return {
      columns,
      start: Number.isFinite(start) ? start : 0,
      ...(this.#leftOut > 0 && { problem: linesLeftOut(runFiles.metrics, this.#leftOut) }),
    }
  }
}

import type { MetricFigure, MetricSeries } from '../../shared/contract/workbench.ts'
import { RunError } from '../../shared/errors.ts'
import { readMetrics } from './read-metrics.ts'

interface Known {
  readonly cursor: string
  /** By `split/metric`. */
  readonly figures: ReadonlyMap<string, MetricFigure>
}

/** What the metrics of runs have come to. Of a run that was asked for before, only what is new is read. */
export class Figures {
  readonly #known = new Map<string, Known>()

  /**
   * @param fileOf a run's `metrics.jsonl`; throws `RunError` for one that is gone
   * @param keptFileOf where its columns are kept
   */
  constructor(
    private readonly fileOf: (id: string) => string,
    private readonly keptFileOf: (id: string) => string,
  ) {}

  /** One run after the other, so that others are served meanwhile. */
  async of(ids: readonly string[]): Promise<Record<string, MetricFigure[]>> {
    const answers: Record<string, MetricFigure[]> = {}
    for (const id of ids) {
      const known = await this.#read(id).catch(forgetGone)
      if (known) this.#known.set(id, known)
      else this.#known.delete(id)
      if (known) answers[id] = [...known.figures.values()]
    }
    return answers
  }

  async #read(id: string): Promise<Known> {
    const before = this.#known.get(id)
    const { next, restarted, series } = await readMetrics(this.fileOf(id), before?.cursor ?? '', this.keptFileOf(id))
    return { cursor: next, figures: withSeries(restarted ? undefined : before?.figures, series) }
  }
}

function withSeries(
  before: ReadonlyMap<string, MetricFigure> | undefined,
  series: readonly MetricSeries[],
): ReadonlyMap<string, MetricFigure> {
  const figures = new Map(before)
  for (const one of series) {
    const key = `${one.split}/${one.metric}`
    const figure = withValues(figures.get(key), one)
    if (figure) figures.set(key, figure)
  }
  return figures
}

/** Undefined as long as there is no finite value. */
function withValues(
  before: MetricFigure | undefined,
  { split, metric, values }: MetricSeries,
): MetricFigure | undefined {
  let { least, most, last } = before ?? { least: Infinity, most: -Infinity, last: NaN }
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    if (value < least) least = value
    if (value > most) most = value
    last = value
  }
  return least > most ? undefined : { split, metric, least, most, last }
}

function forgetGone(error: unknown): undefined {
  if (!(error instanceof RunError)) throw error
}

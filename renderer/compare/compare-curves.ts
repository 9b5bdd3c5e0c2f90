import type { ShownRun } from '../../shared/contract/workbench.ts'
import type { Curve } from '../charts/curve.ts'
import { meanBand, seedGroups, type BandKind } from './seed-groups.ts'
import type { RunMetrics } from '../app/state/metrics-reader.ts'
import { runCurves } from '../parts/runs/run-curves.ts'

/** A curve that may stand for several runs. */
export interface CompareOptions {
  readonly splits: readonly Curve['split'][]
  /** Runs that differ in the seed alone as their mean with this band. */
  readonly band?: BandKind | undefined
}

/** The curves of a metric for all chosen runs. */
export function compareCurves(
  runs: readonly ShownRun[],
  metrics: (id: string) => RunMetrics | undefined,
  metric: string,
  { splits, band }: CompareOptions,
): Curve[] {
  const groups = band ? seedGroups(runs) : runs.map((run) => [run])
  return groups.flatMap((group) => {
    const curves = group
      .flatMap((run) => runCurves(run, metrics(run.id), metric))
      .filter(({ split }) => splits.includes(split))
    return band && group.length > 1
      ? splits.flatMap((split) =>
          mean(
            curves.filter((curve) => curve.split === split),
            band,
          ),
        )
      : curves
  })
}

/** One curve for several: their mean. A lone one, or curves without a common step, stay as they are. */
function mean(curves: readonly Curve[], kind: BandKind): readonly Curve[] {
  const [first] = curves
  const band =
    curves.length > 1
      ? meanBand(
          curves.map(({ columns }) => columns),
          kind,
        )
      : undefined
  if (!first || !band) return curves
  return [
    {
      ...first,
      id: `${first.id}/mean`,
      label: `${first.label} (mean of ${curves.length} seeds)`,
      columns: band,
      band: { low: band.low, high: band.high },
    },
  ]
}

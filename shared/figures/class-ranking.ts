import { precisionRecallCurve, rocCurve, type CurveWithArea } from './curves.ts'
import { areasOf, rank, type RankingAreas } from './ranking.ts'
import { rowAt, type Logits, type Rows } from './samples.ts'
import { logNormalisers } from './softmax.ts'

/** Classes that are read together: as many logits as lie in a line of the processor's cache. */
const TOGETHER = 16

/** How well the probability of each class finds its samples among all. */
export interface ClassAreas {
  readonly classes: readonly RankingAreas[]
  /** Means over the classes that have the figure, 0 to 1; absent where none has. */
  readonly meanRocArea?: number
  readonly meanAveragePrecision?: number
  /** Samples without probabilities, which come last for every class. */
  readonly withoutScore: number
}

/**
 * The areas of each class against the rest, over all thresholds of its probability.
 * @throws UsageError where there are no samples, or the columns do not fit together
 */
export function classAreas(samples: Logits, rows?: Rows): ClassAreas {
  const normalisers = logNormalisers(samples, rows)
  const areas: RankingAreas[] = []
  for (let first = 0; first < samples.classes; first += TOGETHER) {
    const count = Math.min(TOGETHER, samples.classes - first)
    const scores = logProbabilities(samples, first, count, normalisers, rows)
    for (let i = 0; i < count; i++)
      areas.push(areasOf(rank(scores[i]!, labelled(samples, first + i, rows, normalisers.length))))
  }
  const meanRocArea = mean(areas.flatMap(({ rocArea }) => rocArea ?? []))
  const meanAveragePrecision = mean(areas.flatMap(({ averagePrecision }) => averagePrecision ?? []))
  return {
    classes: areas,
    ...(meanRocArea !== undefined && { meanRocArea }),
    ...(meanAveragePrecision !== undefined && { meanAveragePrecision }),
    withoutScore: normalisers.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0),
  }
}

/** The curves of a class against the rest; their thresholds are probabilities of the class, 0 to 1. */
export interface ClassCurves {
  readonly roc: CurveWithArea
  readonly precisionRecall: CurveWithArea
}

/**
 * The curves of one class.
 * @param limit most points of each, at least 4
 * @throws UsageError as {@link classAreas}
 */
export function classCurves(samples: Logits, wanted: number, rows?: Rows, limit = Infinity): ClassCurves {
  const normalisers = logNormalisers(samples, rows)
  const [scores] = logProbabilities(samples, wanted, 1, normalisers, rows)
  const ranking = rank(scores!, labelled(samples, wanted, rows, normalisers.length))
  return {
    roc: withProbabilities(rocCurve(ranking, limit)),
    precisionRecall: withProbabilities(precisionRecallCurve(ranking, limit)),
  }
}

/** Thresholds besides those of no sample and of samples without a score become probabilities. */
const withProbabilities = (curve: CurveWithArea): CurveWithArea => ({
  ...curve,
  thresholds: curve.thresholds.map((value) => (Number.isFinite(value) ? Math.exp(value) : value)),
})

/**
 * The logarithms of the probabilities of some classes: in the order of the probabilities, and told apart where those
 * are 1 or 0 in float32. A column a class.
 */
function logProbabilities(
  { classes, logits }: Logits,
  first: number,
  count: number,
  normalisers: Float64Array,
  rows: Rows,
): Float32Array[] {
  const columns = Array.from({ length: count }, () => new Float32Array(normalisers.length))
  for (let i = 0; i < normalisers.length; i++) {
    const from = rowAt(rows, i) * classes + first
    for (let j = 0; j < count; j++) columns[j]![i] = logits[from + j]! - normalisers[i]!
  }
  return columns
}

function labelled({ labels }: Logits, wanted: number, rows: Rows, count: number): Uint8Array {
  const flags = new Uint8Array(count)
  for (let i = 0; i < count; i++) flags[i] = labels[rowAt(rows, i)] === wanted ? 1 : 0
  return flags
}

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length

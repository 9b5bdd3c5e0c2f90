import { UsageError } from '../errors.ts'
import { precisionRecallCurve, rocCurve, type CurveWithArea } from './curves.ts'
import { averagePrecisionInterval, type Interval } from './intervals.ts'
import { areasAmong, rank, type RankingAreas } from './ranking.ts'
import { rowAt, type Logits, type Rows } from './samples.ts'
import { logNormalisers } from './softmax.ts'
import { sortDescending } from './sort-floats.ts'

/** Classes that are read together: as many logits as lie in a line of the processor's cache. */
const TOGETHER = 16

export interface ClassRanking extends RankingAreas {
  /** 95 %; absent at 0 and 1 too. */
  readonly averagePrecisionInterval?: Interval
}

/** How well the probability of each class finds its samples among all. */
export interface ClassAreas {
  readonly classes: readonly ClassRanking[]
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
  const areas: ClassRanking[] = []
  for (let first = 0; first < samples.classes; first += TOGETHER) {
    const count = Math.min(TOGETHER, samples.classes - first)
    for (const { positives, all } of scoresOf(samples, first, count, normalisers, rows)) {
      sortDescending(positives)
      areas.push(withInterval(areasAmong(positives, [all]), positives.length))
    }
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

function withInterval(areas: RankingAreas, positives: number): ClassRanking {
  const { averagePrecision } = areas
  const interval = averagePrecision === undefined ? undefined : averagePrecisionInterval(averagePrecision, positives)
  return { ...areas, ...(interval && { averagePrecisionInterval: interval }) }
}

/** The curves of a class against the rest; their thresholds are probabilities of the class, 0 to 1. */
export interface ClassCurves {
  readonly roc: CurveWithArea
  readonly precisionRecall: CurveWithArea
}

/**
 * The curves of one class.
 * @param limit most points of each, at least 4
 * @throws UsageError as {@link classAreas}, and where there is no such class
 */
export function classCurves(samples: Logits, wanted: number, rows?: Rows, limit = Infinity): ClassCurves {
  if (!(wanted >= 0 && wanted < samples.classes))
    throw new UsageError(`There is no class ${wanted} among ${samples.classes}; choose one from 0.`)
  const normalisers = logNormalisers(samples, rows)
  const [scores] = scoresOf(samples, wanted, 1, normalisers, rows)
  const positive = Uint8Array.from(normalisers, (_, i) => (samples.labels[rowAt(rows, i)] === wanted ? 1 : 0))
  const ranking = rank(scores!.all, positive)
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

/** float32, in the order of the samples; -Infinity for those without a score */
interface ClassScores {
  readonly all: Float32Array
  /** Those of the samples of the class. */
  readonly positives: Float32Array
}

/**
 * The logarithms of the probabilities of some classes: in the order of the probabilities, and told apart where those
 * are 1 or 0 in float32.
 */
function scoresOf(
  { classes, labels, logits }: Logits,
  first: number,
  count: number,
  normalisers: Float64Array,
  rows: Rows,
): ClassScores[] {
  const samples = normalisers.length
  const all = new Float32Array(count * samples).fill(-Infinity)
  const supports = new Int32Array(classes)
  for (let i = 0; i < samples; i++) {
    const row = rowAt(rows, i)
    supports[labels[row]!]! += 1
    const normaliser = normalisers[i]!
    if (Number.isNaN(normaliser)) continue
    for (let j = 0, from = row * classes + first; j < count; j++) all[j * samples + i] = logits[from + j]! - normaliser
  }
  const positives = Array.from({ length: count }, (_, j) => new Float32Array(supports[first + j]!))
  const seen = new Int32Array(count)
  for (let i = 0; i < samples; i++) {
    const own = labels[rowAt(rows, i)]! - first
    if (own >= 0 && own < count) positives[own]![seen[own]!++] = all[own * samples + i]!
  }
  return positives.map((own, j) => ({ positives: own, all: all.subarray(j * samples, (j + 1) * samples) }))
}

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length

// The package's other parts are a viewer for browsers; it has no entry for this one alone.
import { createUMAPFromKNN } from '../../node_modules/embedding-atlas/dist/umap.js'
import { UsageError } from '../../shared/errors.ts'
import { shuffle } from '../../shared/figures/index.ts'
import { nearestOfAll } from './nearest-of-all.ts'
import { reduceFeatures } from './reduce-features.ts'

/** What places images; another version may place them otherwise. */
export const MAPPED_BY = 'embedding-atlas 0.26.0'

/** Numbers that features are reduced to before neighbours are searched for. */
const REDUCED = 50

export interface MapOptions {
  /** Nearest samples that place a sample, itself among them. */
  readonly neighbours: number
  readonly minDist: number
  readonly seed: number
  /** Fewer samples with features are no map. */
  readonly least: number
  /** Of more samples so many are drawn by the seed. */
  readonly most: number
  readonly onProgress?: (step: 'comparing' | 'placing', done: number, total: number) => void
}

/** Columns with an entry a sample; NaN of one that is not on the map. */
export interface Places {
  readonly x: Float32Array
  readonly y: Float32Array
}

/**
 * Places samples in the plane so that those whose features point in similar directions are near one another: UMAP
 * (McInnes, Healy & Melville 2018, arXiv 1802.03426) of their nearest neighbours by the cosine.
 * @param features float32 [n, width]; samples with features that are not finite, or all 0, are not on the map
 * @throws UsageError where there are too few samples
 */
export async function mapFeatures(features: Float32Array, width: number, options: MapOptions): Promise<Places> {
  const samples = features.length / width
  const rows = rowsOnMap(features, width, options)
  const nearest = await neighboursOf(gather(features, width, rows), width, options)
  const places = await layOut(rows.length, nearest, options)
  const [x, y] = [0, 1].map(() => new Float32Array(samples).fill(NaN)) as [Float32Array, Float32Array]
  rows.forEach((row, i) => ([x[row], y[row]] = [places[2 * i]!, places[2 * i + 1]!]))
  return { x, y }
}

function rowsOnMap(features: Float32Array, width: number, { seed, least, most }: MapOptions): Int32Array {
  const all = Int32Array.from({ length: features.length / width }, (_, row) => row)
  const rows = all.filter((row) => hasDirection(features.subarray(row * width, (row + 1) * width)))
  if (rows.length < least)
    throw new UsageError(
      `A map needs at least ${least} images with features that are numbers and not all 0; this evaluation has ${rows.length}.`,
    )
  if (rows.length <= most) return rows
  shuffle(rows, seed)
  return rows.slice(0, most).sort((a, b) => a - b)
}

function hasDirection(values: Float32Array): boolean {
  const squares = values.reduce((sum, value) => sum + value * value, 0)
  return squares > 0 && squares < Infinity
}

function gather(features: Float32Array, width: number, rows: Int32Array): Float32Array {
  if (rows.length * width === features.length) return features
  const gathered = new Float32Array(rows.length * width)
  rows.forEach((row, i) => gathered.set(features.subarray(row * width, (row + 1) * width), i * width))
  return gathered
}

interface Neighbours {
  /** int32 [n, count] */
  readonly rows: Int32Array
  /** float32 [n, count], 1 less the cosine. */
  readonly distances: Float32Array
}

async function neighboursOf(
  features: Float32Array,
  width: number,
  { neighbours, onProgress }: MapOptions,
): Promise<Neighbours> {
  const samples = features.length / width
  const isReduced = width > REDUCED
  const few = isReduced ? await reduceFeatures(features, width, REDUCED) : features
  // The sample itself is the first one.
  const count = Math.min(neighbours, samples) - 1
  const { rows, similarities } = await nearestOfAll(few, isReduced ? REDUCED : width, count, {
    mostSearched: samples,
    onProgress: (done, total) => onProgress?.('comparing', done, total),
  })
  // One that lost its direction when its features were reduced is far from any other.
  rows.forEach((row, i) => row < 0 && (rows[i] = (Math.floor(i / count) + 1 + (i % count)) % samples))
  const distances = similarities.map((cosine) => (Number.isNaN(cosine) ? 1 : Math.max(0, 1 - cosine)))
  return { rows, distances }
}

/** As umap-learn has it for few and many samples, but fewer: what comes after is not seen. */
const epochsOf = (samples: number) => (samples <= 2500 ? 500 : 200)

/** Float32 [samples, 2]. */
async function layOut(
  samples: number,
  { rows, distances }: Neighbours,
  { minDist, seed, onProgress }: MapOptions,
): Promise<Float32Array> {
  const epochs = epochsOf(samples)
  const layout = await createUMAPFromKNN(samples, 2, rows, distances, { minDist, seed, nEpochs: epochs })
  try {
    // Its `run` does the same at once, and nobody else is answered meanwhile.
    for (let epoch = 0; epoch < epochs; epoch++) {
      layout.setParameters({ learningRate: 1 - epoch / epochs })
      await layout.step(1)
      onProgress?.('placing', epoch + 1, epochs)
      await new Promise(setImmediate)
    }
    return layout.embedding.slice()
  } finally {
    layout.destroy()
  }
}

/** Of each of n samples those with the most similar features. */
export interface NearestOfAll {
  /** Neighbours of a sample, at most. */
  readonly count: number
  /** Samples that they were searched among. */
  readonly searched: number
  /** int32 [n, count], the most similar first; -1 where there is none */
  readonly rows: Int32Array
  /** float32 [n, count], the cosine of the angle between the features, -1 to 1; NaN where there is none */
  readonly similarities: Float32Array
}

/** Samples that are unlike all others, and alike samples of different labels. */
export interface OddSamples {
  readonly searched: number
  readonly outliers: {
    /** int32, the least like their neighbours first */
    readonly rows: Int32Array
    /** float32, the mean similarity to the neighbours, -1 to 1 */
    readonly similarities: Float32Array
  }
  readonly conflicts: {
    /** int32, pair by pair, the most similar first */
    readonly first: Int32Array
    readonly second: Int32Array
    /** float32, -1 to 1 */
    readonly similarities: Float32Array
  }
}

/**
 * Ranks samples by the mean similarity to their neighbours (the distance to the nearest features tells what is unlike a
 * dataset: Sun, Ming, Zhu & Li 2022, "Out-of-Distribution Detection with Deep Nearest Neighbors", arXiv 2204.06507), and
 * pairs of other labels by their similarity.
 * @param labels int32 [n]
 * @param most outliers, and pairs
 */
export function oddSamples(labels: Int32Array, nearest: NearestOfAll, most: number): OddSamples {
  return {
    searched: nearest.searched,
    outliers: outliersOf(labels.length, nearest, most),
    conflicts: conflictsOf(labels, nearest, most),
  }
}

function outliersOf(samples: number, { count, similarities }: NearestOfAll, most: number): OddSamples['outliers'] {
  const means = Float32Array.from({ length: samples }, (_, row) => {
    const own = similarities.subarray(row * count, (row + 1) * count).filter((value) => !Number.isNaN(value))
    return own.reduce((sum, value) => sum + value, 0) / own.length
  })
  const rows = Int32Array.from(means.keys()).filter((row) => !Number.isNaN(means[row]!))
  const lowest = rows.sort((a, b) => means[a]! - means[b]! || a - b).slice(0, most)
  return { rows: lowest, similarities: Float32Array.from(lowest, (row) => means[row]!) }
}

/** Of each sample the most similar one of another label; a pair that is each other's stands once. */
function conflictsOf(labels: Int32Array, { count, ...nearest }: NearestOfAll, most: number): OddSamples['conflicts'] {
  const pairs = new Map<string, { a: number; b: number; similarity: number }>()
  labels.forEach((label, row) => {
    for (let i = row * count; i < (row + 1) * count; i++) {
      const other = nearest.rows[i]!
      if (other < 0 || labels[other] === label) continue
      const [a, b] = [Math.min(row, other), Math.max(row, other)]
      pairs.set(`${a} ${b}`, { a, b, similarity: nearest.similarities[i]! })
      break
    }
  })
  const found = [...pairs.values()].sort((p, q) => q.similarity - p.similarity || p.a - q.a || p.b - q.b).slice(0, most)
  return {
    first: Int32Array.from(found, ({ a }) => a),
    second: Int32Array.from(found, ({ b }) => b),
    similarities: Float32Array.from(found, ({ similarity }) => similarity),
  }
}

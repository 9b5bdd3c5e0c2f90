import { UsageError } from '../errors.ts'

/** What lies next to a sample, the nearest first. */
export interface Neighbours {
  /** int32, places among the samples that were searched */
  readonly rows: Int32Array
  /** float64, the cosine of the angle between the features of both, -1 to 1 */
  readonly similarities: Float64Array
}

/**
 * The samples whose features point in the most similar direction, of equal ones the first. A sample with features that
 * are not finite, or all 0, is no neighbour. Time grows with the numbers that are searched.
 * @param features float32 [n, width]
 * @param of float32 [width]
 * @param count at most so many
 * @throws UsageError where the widths do not fit together
 */
export function nearest(features: Float32Array, width: number, of: Float32Array, count: number): Neighbours {
  if (of.length !== width || features.length % width !== 0)
    throw new UsageError(
      `The features have ${of.length} numbers a sample in one evaluation and ${width} in the other; compare those of one network.`,
    )
  const own = Math.sqrt(of.reduce((sum, value) => sum + value * value, 0))
  const found: { row: number; similarity: number }[] = []
  for (let row = 0; row < features.length / width; row++) {
    const similarity = cosine(features, row * width, of, own)
    const isNear = found.length < count || similarity > found.at(-1)!.similarity
    if (Number.isNaN(similarity) || !isNear) continue
    const place = found.findIndex((other) => other.similarity < similarity)
    found.splice(place < 0 ? found.length : place, 0, { row, similarity })
    if (found.length > count) found.pop()
  }
  return {
    rows: Int32Array.from(found, ({ row }) => row),
    similarities: Float64Array.from(found, ({ similarity }) => similarity),
  }
}

function cosine(features: Float32Array, from: number, of: Float32Array, own: number): number {
  let [product, squares] = [0, 0]
  for (let i = 0; i < of.length; i++) {
    const value = features[from + i]!
    product += value * of[i]!
    squares += value * value
  }
  return product / (own * Math.sqrt(squares))
}

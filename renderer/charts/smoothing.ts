/** The weight of the past that the curves start with. */
export const defaultSmoothing = 0.6

/**
 * Exponential smoothing without the pull of its start: with weight w in [0, 1) and the finite values v_1, v_2, ...
 * of the input, the n-th output is
 *
 *   s_n = (1 - w) * sum_{i<=n} w^(n-i) v_i / (1 - w^n)
 *
 * so s_1 = v_1, and a constant curve stays what it is. Values that are not finite are passed on and forgotten.
 * The form is that of TensorBoard's scalar charts.
 */
export function smooth(values: Float64Array, weight: number): Float64Array {
  if (weight <= 0) return values
  const smoothed = new Float64Array(values.length)
  let mean = 0
  let total = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!Number.isFinite(value)) {
      smoothed[i] = value
      continue
    }
    // The weights so far come to 1 - w^n. A step towards the value keeps a constant exact.
    total = weight * total + (1 - weight)
    mean += ((1 - weight) / total) * (value - mean)
    smoothed[i] = mean
  }
  return smoothed
}

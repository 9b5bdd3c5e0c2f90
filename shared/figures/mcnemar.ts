/** The probability of as large a difference, either way, if both evaluations were equally good, 0 to 1. */
export interface McNemar {
  /** The exact test (McNemar 1947 with the binomial distribution), which is conservative. */
  readonly exact: number
  /** The mid-p test, which counts what was observed by half (Fagerland, Lydersen & Laake 2013, doi:10.1186/1471-2288-13-91). */
  readonly midP: number
}

/**
 * McNemar's test of two evaluations of the same samples, two-sided. Both are 1 where no sample differs.
 * @param fixed samples that the second alone has right
 * @param broken samples that the first alone has right
 */
export function mcnemar(fixed: number, broken: number): McNemar {
  const differing = fixed + broken
  if (differing === 0) return { exact: 1, midP: 1 }
  const least = Math.min(fixed, broken)
  const { upTo, at } = halfBinomial(least, differing)
  // In the middle every outcome is as far out as the observed one.
  return { exact: Math.min(1, 2 * upTo), midP: fixed === broken ? 1 - at / 2 : 2 * upTo - at }
}

/**
 * The binomial distribution of n throws of a coin: the probability of `hits` and of up to `hits` of them, of which
 * `hits` is at most half. From the middle outwards each outcome follows from the one before; what is left out is below
 * 1e-300 of the most likely one. Steps grow with the square root of n.
 */
function halfBinomial(hits: number, n: number): { upTo: number; at: number } {
  const middle = Math.floor(n / 2)
  let [weight, lower, upTo, at] = [1, 0, 0, 0]
  for (let k = middle; k >= 0 && weight > 1e-300; k--) {
    lower += weight
    if (k <= hits) upTo += weight
    if (k === hits) at = weight
    weight *= k / (n - k + 1)
  }
  // The upper half mirrors the lower one; of an even n the middle is in both.
  const all = 2 * lower - (n % 2 === 0 ? 1 : 0)
  return { upTo: upTo / all, at: at / all }
}

/**
 * The probability that |T| of Student's distribution is at least |t|: the two-sided p-value. It is the regularised
 * incomplete beta function I_x(v/2, 1/2) at x = v / (v + t²); NIST Digital Library of Mathematical Functions, 8.17,
 * and Abramowitz and Stegun, 26.7.1.
 * @param freedom degrees of freedom, a whole number from 1
 */
export function twoSidedP(t: number, freedom: number): number {
  if (Number.isNaN(t)) return NaN
  const x = freedom / (freedom + t * t)
  // The series converges fastest for a small argument; I_x(a, b) = 1 - I_(1-x)(b, a), DLMF 8.17.4.
  if (x <= 0.5) return regularisedBeta(x, freedom / 2, 0.5, betaHalf(freedom))
  return 1 - regularisedBeta((t * t) / (freedom + t * t), 0.5, freedom / 2, betaHalf(freedom))
}

/** I_x(a, b) for x up to 1/2 as the hypergeometric series of DLMF 8.17.8, whose terms are all positive. */
function regularisedBeta(x: number, a: number, b: number, beta: number): number {
  let term = 1
  let sum = 1
  for (let n = 0; term > sum * Number.EPSILON; n++) {
    term *= (x * (a + b + n)) / (a + 1 + n)
    sum += term
  }
  return ((x ** a * (1 - x) ** b) / (a * beta)) * sum
}

/** The beta function B(v/2, 1/2): from B(1/2, 1/2) = π or B(1, 1/2) = 2 by B(a + 1, b) = B(a, b) a / (a + b), DLMF 5.12. */
function betaHalf(freedom: number): number {
  let beta = freedom % 2 === 1 ? Math.PI : 2
  for (let a = freedom % 2 === 1 ? 0.5 : 1; a < freedom / 2; a++) beta *= a / (a + 0.5)
  return beta
}

/** The t that |T| exceeds with probability p, between 0 and 1: by bisection, to the last digits. */
export function criticalT(p: number, freedom: number): number {
  let [low, high] = [0, 1]
  while (twoSidedP(high, freedom) > p) high *= 2
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2
    if (twoSidedP(middle, freedom) > p) low = middle
    else high = middle
  }
  return (low + high) / 2
}

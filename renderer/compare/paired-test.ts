import { criticalT, twoSidedP } from './student-t.ts'

/** What pairs of measurements say of their difference. */
export interface PairedTest {
  readonly pairs: number
  /** Of the second of each pair from the first. */
  readonly mean: number
  /** Half the 95 % confidence interval about it. */
  readonly margin: number
  readonly t: number
  /** The probability of a mean difference at least as large, either way, if there were none. */
  readonly p: number
}

/**
 * Student's paired t-test, two-sided (Student, "The Probable Error of a Mean", Biometrika 6, 1908): t is the mean of
 * the differences over their sample standard deviation divided by √n, with n - 1 degrees of freedom. It takes the
 * differences to be normally distributed. Undefined for less than two pairs, and where all differ by the same.
 */
export function pairedTest(pairs: readonly (readonly [number, number])[]): PairedTest | undefined {
  const differences = pairs.map(([a, b]) => b - a)
  const n = differences.length
  if (n < 2) return undefined
  const mean = differences.reduce((sum, value) => sum + value, 0) / n
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)
  const error = Math.sqrt(variance / n)
  // What rounding leaves of equal differences is no variance.
  const largest = Math.max(...pairs.flat().map(Math.abs))
  if (!(error > 1e-14 * largest)) return undefined
  const t = mean / error
  return { pairs: n, mean, margin: error * criticalT(0.05, n - 1), t, p: twoSidedP(t, n - 1) }
}

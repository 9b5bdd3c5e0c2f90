import { Z95, type Interval } from './intervals.ts'

/** Halvings of the bracket, until its ends are neighbours in float64. */
const HALVINGS = 60

/**
 * The 95 % score interval of the difference of two shares of the same samples (Tango, "Equivalence test and confidence
 * interval for the difference in proportions for the paired-sample design", Statistics in Medicine 17, 1998): the
 * differences that a score test at 5 % does not refuse.
 * @param fixed samples that the second alone has right
 * @param broken samples that the first alone has right
 * @param samples all of them
 * @returns of second - first, -1 to 1; undefined of no samples
 */
export function differenceInterval(fixed: number, broken: number, samples: number): Interval | undefined {
  if (samples === 0) return undefined
  // The interval of the other order is the mirror image of this one.
  return { low: -upperEnd(broken, fixed, samples), high: upperEnd(fixed, broken, samples) }
}

function upperEnd(fixed: number, broken: number, samples: number): number {
  let low = (fixed - broken) / samples
  let high = 1
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2
    if (score(fixed, broken, samples, middle) > -Z95) low = middle
    else high = middle
  }
  return high
}

/** The score statistic at a difference: observed less expected, over its deviation at the most likely shares. */
function score(fixed: number, broken: number, samples: number, difference: number): number {
  const offset = fixed - broken - samples * difference
  const a = 2 * samples
  const b = (2 * samples - fixed + broken) * difference - fixed - broken
  const c = -broken * difference * (1 - difference)
  const brokenShare = (Math.sqrt(b * b - 4 * a * c) - b) / (2 * a)
  const variance = samples * (2 * brokenShare + difference * (1 - difference))
  // At the far end nothing varies, and nothing but that end would have been observed.
  return variance > 0 ? offset / Math.sqrt(variance) : offset === 0 ? 0 : -Infinity
}

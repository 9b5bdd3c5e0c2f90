/** How a learning rate goes from one value to another. Pure functions of the share of the way, 0 to 1. */
type Curve = (from: number, to: number, share: number) => number

/** to + (from - to) (1 + cos(pi share)) / 2: Loshchilov & Hutter 2016, arXiv 1608.03983, eq. 5, one cycle. */
export const cosine: Curve = (from, to, share) => to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2

/** to + (from - to) (1 - share)^power: TensorFlow's `polynomial_decay`; power 2 in You et al. 2017, arXiv 1708.03888. */
export const polynomial =
  (power: number): Curve =>
  (from, to, share) =>
    to + (from - to) * (1 - share) ** power

/** What a one-cycle schedule goes through. */
export interface OneCycle {
  readonly start: number
  readonly peak: number
  readonly end: number
  /** Share of the steps in which the rate rises. */
  readonly riseShare: number
  readonly totalSteps: number
}

/**
 * The rate of a step, counted from 0: up from start to peak at step r n - 1, and down from there to end at step
 * n - 1, both along half a cosine (Smith & Topin 2017, arXiv 1708.07120, as PyTorch's OneCycleLR has it). The two
 * steps of the phases need not be whole.
 */
export function oneCycle({ start, peak, end, riseShare, totalSteps }: OneCycle, step: number): number {
  const top = riseShare * totalSteps - 1
  const last = totalSteps - 1
  const at = Math.min(step, last)
  if (at <= top) return cosine(start, peak, top === 0 ? 1 : at / top)
  return cosine(peak, end, (at - top) / (last - top))
}

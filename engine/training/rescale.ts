import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'
import type { Gradient } from './apply-optimizer.ts'

export interface Rescaling {
  /** How many gradients were added up; the mean is wanted. */
  readonly batches: number
  /** float32 scalar: what the loss was multiplied by. */
  readonly lossScale?: Output | undefined
  /** The norm that the gradients may have at most; 0: any. */
  readonly clipNorm: number
  /** float32 scalar: the norm that they have. Only needed to clip. */
  readonly norm?: Output | undefined
}

/**
 * Undoes what the gradients were multiplied by, and scales them down to a norm over all of them: each times
 * clip / max(norm, clip) (Pascanu et al. 2012, arXiv 1211.5063, algorithm 1). One product a gradient does it all.
 */
export function rescale(
  g: GraphBuilder,
  gradients: readonly Gradient[],
  { batches, lossScale, clipNorm, norm }: Rescaling,
): readonly Gradient[] {
  if (batches === 1 && !lossScale && clipNorm === 0) return gradients
  return g.withName('rescale', () => {
    const count = g.constant(batches)
    const undone = g.op('RealDiv', [g.constant(1), lossScale ? g.op('Mul', [lossScale, count]) : count])
    const factor = clipNorm > 0 ? g.op('Mul', [undone, clipping(g, g.op('Mul', [norm!, undone]), clipNorm)]) : undone
    return gradients.map(({ gradient, ...rest }) => ({ ...rest, gradient: g.op('Mul', [gradient, factor]) }))
  })
}

function clipping(g: GraphBuilder, norm: Output, clipNorm: number): Output {
  const limit = g.constant(clipNorm)
  return g.op('RealDiv', [limit, g.op('Maximum', [norm, limit])])
}

import type { GraphBuilder, Operation, Output } from '../../tensorflow/graph/builder.ts'

/** A trainable variable and the gradient of the loss with respect to it. */
export interface VariableGradient {
  /** Resource handle of the variable. */
  readonly handle: Output
  /** What the variable was read as in this step; float32. */
  readonly value: Output
  readonly gradient: Output
  /** Resource handle of its velocity: same shape, starts at zero. */
  readonly velocity: Output
  /** Added to the gradient as this times the value. */
  readonly weightDecay: number
}

export interface MomentumSgd {
  /** float32 scalar */
  readonly learningRate: Output
  readonly momentum: number
}

/**
 * One step of SGD with momentum, as NVIDIA's script and TensorFlow's MomentumOptimizer do it:
 * v <- momentum v + (gradient + decay w); w <- w - rate v. The rate is outside the velocity, so that a change
 * of rate acts at once (Goyal et al. 2017, arXiv 1706.02677, section 3, "momentum correction").
 */
export function momentumSgd(g: GraphBuilder, { learningRate, momentum }: MomentumSgd, variables: readonly VariableGradient[]): Operation[] {
  const momentumValue = g.constant(momentum)
  return variables.map(({ handle, velocity, value, gradient, weightDecay }) =>
    g.operation('ResourceApplyMomentum', [handle, velocity, learningRate, decayed(g, gradient, value, weightDecay), momentumValue], { use_locking: true }),
  )
}

function decayed(g: GraphBuilder, gradient: Output, value: Output, weightDecay: number): Output {
  if (weightDecay === 0) return gradient
  return g.op('AddV2', [gradient, g.op('Mul', [value, g.constant(weightDecay)])])
}

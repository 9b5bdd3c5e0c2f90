import { biasCorrection, type AdamOptions } from './bias-correction.ts'
import type { Optimizer } from './optimizer.ts'

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2017, arXiv 1711.05101, algorithm 2), the rate being the
 * schedule's, on the decay too, as in PyTorch:
 * m <- beta1 m + (1 - beta1) gradient; v <- beta2 v + (1 - beta2) gradient^2;
 * w <- w - rate (m^ / (sqrt(v^) + epsilon) + decay w), with m^ = m / (1 - beta1^t) and v^ = v / (1 - beta2^t).
 */
export function adamw(options: AdamOptions): Optimizer {
  const { beta1, beta2, weightDecay } = options
  return {
    slots: ['mean', 'square'],
    counts: true,
    update(g, { learningRate, count }, variables) {
      const correction = biasCorrection(g, count!, options)
      // The correction is in the rate and in epsilon: the op, which would make one of its own, is told of powers that are 0.
      const scalars = [
        g.constant(0),
        g.constant(0),
        g.op('Mul', [learningRate, correction.scale]),
        g.constant(beta1),
        g.constant(beta2),
        correction.epsilon,
      ]
      const decay = g.op('Mul', [learningRate, g.constant(weightDecay)])
      return variables.map(({ handle, value, gradient, isKernel, slot }) => {
        const decayed =
          isKernel && weightDecay > 0
            ? [g.operation('ResourceApplyGradientDescent', [handle, decay, value], { use_locking: true })]
            : []
        return g.withControlDependencies(decayed, () =>
          g.operation('ResourceApplyAdam', [handle, slot('mean'), slot('square'), ...scalars, gradient], {
            use_locking: true,
          }),
        )
      })
    },
  }
}

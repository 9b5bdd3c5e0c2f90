import type { Recipe } from '../../../shared/recipe/schema.ts'
import { withDecay, type Optimizer } from './optimizer.ts'

/**
 * SGD with momentum, as NVIDIA's script and TensorFlow's MomentumOptimizer do it:
 * v <- momentum v + (gradient + decay w); w <- w - rate v. The rate is outside the velocity, so that a change
 * of rate acts at once (Goyal et al. 2017, arXiv 1706.02677, section 3, "momentum correction").
 *
 * Nesterov's looks ahead: w <- w - rate (gradient + decay w + momentum v), with the new v (Sutskever et al. 2013, in the
 * form that needs no other point than w).
 */
export function momentumSgd({
  momentum,
  nesterov,
  weightDecay,
}: Pick<Recipe['optimizer'], 'momentum' | 'nesterov' | 'weightDecay'>): Optimizer {
  return {
    slots: ['velocity'],
    counts: false,
    update(g, { learningRate }, variables) {
      const momentumValue = g.constant(momentum)
      return variables.map((variable) => {
        const inputs = [
          variable.handle,
          variable.slot('velocity'),
          learningRate,
          withDecay(g, variable, weightDecay),
          momentumValue,
        ]
        return g.operation('ResourceApplyMomentum', inputs, { use_locking: true, use_nesterov: nesterov })
      })
    },
  }
}

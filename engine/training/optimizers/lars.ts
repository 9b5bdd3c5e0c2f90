import type { Recipe } from '../../../shared/recipe/schema.ts'
import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'
import { norm, ratioOr1 } from '../norm.ts'
import { withDecay, type Optimizer, type TrainedVariable } from './optimizer.ts'

type LarsOptions = Pick<Recipe['optimizer'], 'momentum' | 'weightDecay' | 'trustCoefficient'>

/**
 * Layer-wise adaptive rate scaling (You et al. 2017, arXiv 1708.03888, algorithm 1):
 * v <- momentum v + rate trust (gradient + decay w); w <- w - v, where
 * trust = coefficient |w| / (|gradient| + decay |w|) for kernels, and 1 for everything else and where a norm is 0.
 * The slot holds -v.
 */
export function lars(options: LarsOptions): Optimizer {
  return {
    slots: ['velocity'],
    counts: false,
    update(g, { learningRate }, variables) {
      const momentum = g.constant(options.momentum)
      return variables.map((variable) => {
        const rate = variable.isKernel ? g.op('Mul', [learningRate, trust(g, variable, options)]) : learningRate
        const inputs = [
          variable.handle,
          variable.slot('velocity'),
          rate,
          withDecay(g, variable, options.weightDecay),
          momentum,
        ]
        return g.operation('ResourceApplyKerasMomentum', inputs, { use_locking: true })
      })
    },
  }
}

function trust(
  g: GraphBuilder,
  { value, gradient }: TrainedVariable,
  { weightDecay, trustCoefficient }: LarsOptions,
): Output {
  const weights = norm(g, [value])
  const gradients = norm(g, [gradient])
  const sum = g.op('AddV2', [gradients, g.op('Mul', [weights, g.constant(weightDecay)])])
  return ratioOr1(g, weights, gradients, g.op('Mul', [g.op('RealDiv', [weights, sum]), g.constant(trustCoefficient)]))
}

import type { GraphBuilder, Operation, Output } from '../../tensorflow/graph/builder.ts'
import { norm, ratioOr1 } from '../norm.ts'
import { biasCorrection, type AdamOptions } from './bias-correction.ts'
import type { Optimizer, TrainedVariable } from './optimizer.ts'

/**
 * AdamW with a rate for each layer (You et al. 2019, arXiv 1904.00962, algorithm 2, phi the identity):
 * u = m^ / (sqrt(v^) + epsilon) + decay w; w <- w - rate trust u, where trust = |w| / |u| for kernels, and 1 for
 * everything else, which does not decay either, and where a norm is 0. m^ and v^ are Adam's.
 */
export function lamb(options: AdamOptions): Optimizer {
  const { beta1, beta2, weightDecay } = options
  return {
    slots: ['mean', 'square'],
    counts: true,
    update(g, { learningRate, count }, variables) {
      const correction = biasCorrection(g, count!, options)
      return variables.flatMap((variable) => {
        const { handle, gradient, slot } = variable
        const mean = moved(g, slot('mean'), gradient, beta1)
        const square = moved(g, slot('square'), g.op('Square', [gradient]), beta2)
        const root = g.op('AddV2', [g.op('Sqrt', [square.value]), correction.epsilon])
        const adam = g.op('Mul', [g.op('RealDiv', [mean.value, root]), correction.scale])
        const { update, rate } = variable.isKernel
          ? ofLayer(g, variable, adam, weightDecay, learningRate)
          : { update: adam, rate: learningRate }
        return [
          mean.assigned,
          square.assigned,
          g.operation('ResourceApplyGradientDescent', [handle, rate, update], { use_locking: true }),
        ]
      })
    },
  }
}

/** mean <- mean + (1 - beta) (value - mean). */
function moved(g: GraphBuilder, handle: Output, value: Output, beta: number): { value: Output; assigned: Operation } {
  const before = g.op('ReadVariableOp', [handle], { dtype: 'float32' })
  const change = g.op('Mul', [g.op('Sub', [value, before]), g.constant(1 - Math.fround(beta))])
  const after = g.op('AddV2', [before, change])
  return { value: after, assigned: g.operation('AssignVariableOp', [handle, after], { dtype: 'float32' }) }
}

function ofLayer(
  g: GraphBuilder,
  { value }: TrainedVariable,
  adam: Output,
  weightDecay: number,
  learningRate: Output,
): { update: Output; rate: Output } {
  const update = weightDecay > 0 ? g.op('AddV2', [adam, g.op('Mul', [value, g.constant(weightDecay)])]) : adam
  const [weights, updates] = [norm(g, [value]), norm(g, [update])]
  return {
    update,
    rate: g.op('Mul', [learningRate, ratioOr1(g, weights, updates, g.op('RealDiv', [weights, updates]))]),
  }
}

import type { Recipe } from '../../../shared/recipe/schema.ts'
import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'

export type AdamOptions = Pick<Recipe['optimizer'], 'beta1' | 'beta2' | 'epsilon' | 'weightDecay'>

/**
 * Adam's correction of means that start at zero (Kingma & Ba 2014, arXiv 1412.6980, end of section 2): with
 * c = sqrt(1 - beta2^t) / (1 - beta1^t) and e = epsilon sqrt(1 - beta2^t),
 * m^ / (sqrt(v^) + epsilon) = c m / (sqrt(v) + e). Double precision: 1 - beta2^t is small at first.
 * @param count int64 scalar, t
 * @returns float32 scalars c and e
 */
export function biasCorrection(
  g: GraphBuilder,
  count: Output,
  { beta1, beta2, epsilon }: AdamOptions,
): { scale: Output; epsilon: Output } {
  const t = g.op('Cast', [count], { DstT: 'float64' })
  const double = (value: number) => g.constant(value, 'float64')
  // The means are kept with betas of float32.
  const left = (beta: number) => g.op('Sub', [double(1), g.op('Pow', [double(Math.fround(beta)), t])])
  const root = g.op('Sqrt', [left(beta2)])
  const single = (value: Output) => g.op('Cast', [value], { DstT: 'float32' })
  return { scale: single(g.op('RealDiv', [root, left(beta1)])), epsilon: single(g.op('Mul', [root, double(epsilon)])) }
}

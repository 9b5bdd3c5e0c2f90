import { describeOperation } from '../../tensorflow/c-api/index.ts'
import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'
import { ints, numberLike, refused, type LayerContext } from './layer-context.ts'

type Activation = (g: GraphBuilder, x: Output) => Output

const unary =
  (op: string): Activation =>
  (g, x) =>
    g.op(op, [x])

const times = (g: GraphBuilder, x: Output, factor: number): Output => g.op('Mul', [x, numberLike(g, factor, x)])
const plus = (g: GraphBuilder, x: Output, term: number): Output => g.op('AddV2', [x, numberLike(g, term, x)])

/** A value kept between two bounds. */
export const clip = (g: GraphBuilder, x: Output, low: number, high: number): Output =>
  g.op('Minimum', [g.op('Maximum', [x, numberLike(g, low, x)]), numberLike(g, high, x)])

/** As a matrix: TensorFlow's C++ gradient of LogSoftmax sums over the second axis, whatever the rank. */
function logSoftmax(g: GraphBuilder, x: Output): Output {
  const matrix = g.op('Reshape', [x, ints(g, [-1, g.shapeOf(x)!.at(-1)!])])
  return g.op('Reshape', [g.op('LogSoftmax', [matrix]), g.op('Shape', [x])])
}

/** The activations of tf.layers, by the names it serialises them under. */
const activations: Readonly<Record<string, Activation>> = {
  linear: (_, x) => x,
  relu: unary('Relu'),
  relu6: unary('Relu6'),
  elu: unary('Elu'),
  selu: unary('Selu'),
  sigmoid: unary('Sigmoid'),
  hardSigmoid: (g, x) => clip(g, plus(g, times(g, x, 0.2), 0.5), 0, 1),
  softmax: unary('Softmax'),
  logSoftmax,
  softplus: unary('Softplus'),
  softsign: unary('Softsign'),
  tanh: unary('Tanh'),
  swish: (g, x) => g.op('Mul', [x, g.op('Sigmoid', [x])]),
  mish: (g, x) => g.op('Mul', [x, g.op('Tanh', [g.op('Softplus', [x])])]),
  // x times the normal distribution function: Hendrycks & Gimpel 2016, arXiv 1606.08415
  gelu: (g, x) => g.op('Mul', [x, times(g, plus(g, g.op('Erf', [times(g, x, Math.SQRT1_2)]), 1), 0.5)]),
  // and its approximation by a hyperbolic tangent, from the same paper
  gelu_new: (g, x) => {
    const cubed = times(g, g.op('Mul', [g.op('Square', [x]), x]), 0.044715)
    const tanh = g.op('Tanh', [times(g, g.op('AddV2', [x, cubed]), Math.sqrt(2 / Math.PI))])
    return times(g, g.op('Mul', [x, plus(g, tanh, 1)]), 0.5)
  },
}

export const activationNames: readonly string[] = Object.keys(activations)

/** They add up exponentials, or cube their input: too much for half precision. */
const sensitive: ReadonlySet<string> = new Set(['softmax', 'logSoftmax', 'softplus', 'mish', 'gelu_new'])

/**
 * On a CPU TensorFlow makes one operation of a convolution, the batch norm after it and one of these, and then says that it
 * has none such.
 */
const neverFused: ReadonlySet<string> = new Set(['mish', 'tanh'])

/** The same value, such that the batch norm that it comes from is not fused with what follows. */
function apart(g: GraphBuilder, x: Output): Output {
  const isNormalised = describeOperation(x.oper).type === 'FusedBatchNormV3'
  // An Identity would be optimised away.
  return isNormalised ? g.op('Maximum', [x, x]) : x
}

/** Adds an activation by its name, in the type of x unless it needs float32. Throws `ModelError` for an unknown one. */
export function activate(context: LayerContext, name: string, x: Output): Output {
  const activation = Object.hasOwn(activations, name) ? activations[name] : undefined
  if (!activation) throw refused(context, `the activation "${name}"`, `one of ${activationNames.join(', ')}`)
  const wide = sensitive.has(name) ? context.cast(x, 'float32') : x
  return activation(context.g, neverFused.has(name) ? apart(context.g, wide) : wide)
}

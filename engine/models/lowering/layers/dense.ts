import type { Output } from '../../../tensorflow/graph/builder.ts'
import { ints, optionsOf, reshapeSamples, type LayerContext, type LowerLayer } from '../layer-context.ts'
import { biasAndActivation } from './convolution.ts'

/** A product over the last axis; the axes before it are taken as one. */
export const dense: LowerLayer = (context, [x]) => {
  const shape = context.inputShapes[0]!
  const isMatrix = shape.length === 2
  const rows = isMatrix ? x! : reshapeSamples(context, x!, [shape.at(-1)!])
  const product = context.g.op('MatMul', [rows, context.weight('kernel', x)])
  return biasAndActivation(context, isMatrix ? product : inPlaceOfLast(context, x!, product))
}

/** A matrix as a tensor of the shape of x, but for its last axis. */
function inPlaceOfLast(context: LayerContext, x: Output, matrix: Output): Output {
  const { g, inputShapes } = context
  const { units } = optionsOf<{ units: number }>(context)
  const samples = inputShapes[0]!.slice(1, -1)
  if (!samples.includes(null)) return reshapeSamples(context, matrix, [...samples, units])
  const leading = g.op('StridedSlice', [g.op('Shape', [x]), ints(g, [0]), ints(g, [-1]), ints(g, [1])])
  return g.op('Reshape', [matrix, g.op('ConcatV2', [[leading, ints(g, [units])], g.constant(0, 'int32')])])
}

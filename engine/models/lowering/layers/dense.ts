import { optionsOf, reshapeSamples, type LowerLayer } from '../layer-context.ts'
import { biasAndActivation } from './convolution.ts'

/** A product over the last axis; the axes before it are taken as one. */
export const dense: LowerLayer = (context, [x]) => {
  const shape = context.inputShapes[0]!
  const isMatrix = shape.length === 2
  const rows = isMatrix ? x! : reshapeSamples(context, x!, [shape.at(-1)!])
  const product = context.g.op('MatMul', [rows, context.weight('kernel')])
  const { units } = optionsOf<{ units: number }>(context)
  return biasAndActivation(context, isMatrix ? product : reshapeSamples(context, product, [...shape.slice(1, -1), units]))
}

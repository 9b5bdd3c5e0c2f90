import { clip } from '../activations.ts'
import { optionsOf, refused, type LowerLayer } from '../layer-context.ts'

/** max(x, 0), cut off at `maxValue` where there is one. */
export const relu: LowerLayer = (context, [x]) => {
  const { maxValue } = optionsOf<{ maxValue?: number | null }>(context)
  if (maxValue === undefined || maxValue === null) return context.g.op('Relu', [x!])
  return maxValue === 6 ? context.g.op('Relu6', [x!]) : clip(context.g, x!, 0, maxValue)
}

export const leakyRelu: LowerLayer = (context, [x]) =>
  context.g.op('LeakyRelu', [x!], { alpha: optionsOf<{ alpha: number }>(context).alpha })

/** max(x, 0) - slope * max(-x, 0), with a slope for each value or shared along axes (He et al. 2015, arXiv 1502.01852). */
export const prelu: LowerLayer = (context, [x]) => {
  const { g } = context
  const below = g.op('Relu', [g.op('Neg', [x!])])
  return g.op('Sub', [g.op('Relu', [x!]), g.op('Mul', [context.weight('alpha'), below])])
}

export const elu: LowerLayer = (context, [x]) => {
  const { alpha } = optionsOf<{ alpha: number }>(context)
  if (alpha !== 1) throw refused(context, `alpha ${alpha}`, 'an alpha of 1')
  return context.g.op('Elu', [x!])
}

/** x where it exceeds theta, zero elsewhere. */
export const thresholdedRelu: LowerLayer = (context, [x]) => {
  const { g } = context
  const above = g.op('Greater', [x!, g.constant(optionsOf<{ theta: number }>(context).theta)])
  return g.op('Mul', [x!, g.op('Cast', [above], { DstT: 'float32' })])
}

export const softmax: LowerLayer = (context, [x]) => {
  const { axis } = optionsOf<{ axis: number }>(context)
  if (axis !== -1 && axis !== context.inputShapes[0]!.length - 1)
    throw refused(context, `axis ${axis}`, 'the last axis')
  return context.g.op('Softmax', [x!])
}

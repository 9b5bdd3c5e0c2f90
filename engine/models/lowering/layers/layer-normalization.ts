import type { ComputeType } from '../precision.ts'
import { ints, optionsOf, refused, type LowerLayer } from '../layer-context.ts'

interface LayerNormOptions {
  readonly axis: number | readonly number[]
  readonly epsilon: number
  readonly center: boolean
  readonly scale: boolean
}

/**
 * (x - mean) / sqrt(variance + epsilon) * gamma + beta over the last axis of every position, in float32
 * (Ba et al. 2016, arXiv 1607.06450).
 */
export const layerNormalization: LowerLayer = (context, [x]) => {
  const { g, inputShapes } = context
  const { axis, epsilon, center, scale } = optionsOf<LayerNormOptions>(context)
  const last = inputShapes[0]!.length - 1
  const axes = [axis].flat()
  if (axes.length !== 1 || (axes[0] !== -1 && axes[0] !== last))
    throw refused(context, `axis ${axes.join(' and ')}`, 'the last axis')

  const wide = context.cast(x!, 'float32')
  const mean = (value: typeof wide) => g.op('Mean', [value, ints(g, [last])], { keep_dims: true })
  const centred = g.op('Sub', [wide, mean(wide)])
  const variance = mean(g.op('Square', [centred]))
  const normal = g.op('Mul', [centred, g.op('Rsqrt', [g.op('AddV2', [variance, g.constant(epsilon)])])])
  const scaled = scale ? g.op('Mul', [normal, context.weight('gamma')]) : normal
  return context.cast(center ? g.op('AddV2', [scaled, context.weight('beta')]) : scaled, g.dtypeOf(x!) as ComputeType)
}

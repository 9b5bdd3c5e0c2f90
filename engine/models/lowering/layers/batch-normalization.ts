import type { Output } from '../../../tensorflow/graph/builder.ts'
import { ints, optionsOf, refused, reshapeSamples, type LayerContext, type LowerLayer } from '../layer-context.ts'

interface BatchNormOptions {
  readonly axis: number
  readonly momentum: number
  readonly epsilon: number
  readonly center: boolean
  readonly scale: boolean
}

/**
 * Batch norm over the last axis: (x - mean) / sqrt(variance + epsilon) * gamma + beta (Ioffe & Szegedy 2015, arXiv 1502.03167).
 * Training uses the batch's mean and its variance without correction, and moves the moving statistics by
 * 1 - momentum towards the batch's; the variance that goes there has Bessel's correction n / (n - 1), as in
 * TensorFlow and PyTorch. Evaluation, and a frozen layer, use the moving statistics.
 */
export const batchNormalization: LowerLayer = (context, [x]) => {
  const { axis } = optionsOf<BatchNormOptions>(context)
  const shape = context.inputShapes[0]!
  const last = shape.length - 1
  if (axis !== -1 && axis !== last) throw refused(context, `axis ${axis}`, 'the last axis')
  if (shape.length === 4) return normalise(context, x!)
  return reshapeSamples(context, normalise(context, reshapeSamples(context, x!, [1, 1, shape[last]!])), shape.slice(1))
}

function normalise(context: LayerContext, x: Output): Output {
  const { g, training, frozen, inputShapes } = context
  const { epsilon, center, scale } = optionsOf<BatchNormOptions>(context)
  const fill = (value: number) => g.op('Fill', [ints(g, [inputShapes[0]!.at(-1)!]), g.constant(value)])
  const gamma = scale ? context.weight('gamma') : fill(1)
  const beta = center ? context.weight('beta') : fill(0)
  const mean = context.weight('moving_mean')
  const variance = context.weight('moving_variance')
  if (!training || frozen)
    return g.op('FusedBatchNormV3', [x, gamma, beta, mean, variance], { is_training: false, epsilon })

  const none = g.constant([], 'float32', [0])
  const batch = g.operation('FusedBatchNormV3', [x, gamma, beta, none, none], { is_training: true, epsilon })
  moveTowards(context, 'moving_mean', mean, batch.output(1))
  moveTowards(context, 'moving_variance', variance, batch.output(2))
  return batch.output(0)
}

/** moving -= (moving - batch) * (1 - momentum). Ops of its own: a fused update would keep Grappler from fusing the norm with its ReLU. */
function moveTowards(context: LayerContext, name: string, moving: Output, batch: Output): void {
  const { g } = context
  const share = g.constant(1 - optionsOf<BatchNormOptions>(context).momentum)
  const change = g.op('Mul', [g.op('Sub', [moving, batch]), share])
  context.update(() => g.operation('AssignSubVariableOp', [context.handle(name), change], { dtype: 'float32' }))
}

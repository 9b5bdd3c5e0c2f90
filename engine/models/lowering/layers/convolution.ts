import type { Output } from '../../../tensorflow/graph/builder.ts'
import { activate } from '../activations.ts'
import { optionsOf, refused, type LayerContext } from '../layer-context.ts'

/** What the convolution layers of tf.layers have in common. */
export interface ConvolutionOptions {
  readonly kernelSize: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly padding: string
  readonly dilationRate: readonly [number, number]
  readonly useBias: boolean
  readonly activation: string
}

/** The attribute of TensorFlow's window ops. Throws `ModelError` for causal padding. */
export function paddingOf(context: LayerContext): 'SAME' | 'VALID' {
  const { padding } = optionsOf<{ padding: string }>(context)
  if (padding === 'same') return 'SAME'
  if (padding === 'valid') return 'VALID'
  throw refused(context, `padding "${padding}"`, '"same" or "valid"')
}

/** A size per spatial axis as the attribute of an op on [batch, height, width, channels]. */
export const perAxis = ([height, width]: readonly [number, number]): number[] => [1, height, width, 1]

/** TensorFlow's depthwise kernels stride alike in both directions, and their gradient knows no dilation. */
export function checkDepthwise(context: LayerContext): void {
  const { strides, dilationRate } = optionsOf<ConvolutionOptions>(context)
  if (strides[0] !== strides[1])
    throw refused(context, `strides ${strides.join(' and ')}`, 'the same stride in both directions')
  if (dilationRate.some((rate) => rate !== 1))
    throw refused(context, `dilation rate ${dilationRate.join(' and ')}`, 'a dilation rate of 1, or Conv2D')
}

/** The bias and activation that end a layer with weights. */
export function biasAndActivation(context: LayerContext, x: Output): Output {
  const { useBias, activation } = optionsOf<ConvolutionOptions>(context)
  return activate(context, activation, useBias ? context.g.op('BiasAdd', [x, context.weight('bias', x)]) : x)
}

import type { GraphBuilder, Output } from '../../../tensorflow/graph/builder.ts'
import { activate } from '../activations.ts'
import { ints, knownSize, optionsOf, refused, type LayerContext } from '../layer-context.ts'

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

/** Channels that oneDNN takes at once: 8 with AVX2, 16 with AVX-512. */
const BLOCK = 16

/**
 * What a convolution sees of its input, and the attribute of the strides over that. A 1x1 kernel with strides sees the
 * pixels of a coarser grid. Of few channels, that grid is taken out first: oneDNN takes it out by whole blocks of
 * channels for the gradient of the kernel, and where there are fewer it writes beyond its memory, so that the gradient
 * is wrong or the process ends.
 */
export function seenBy(context: LayerContext, x: Output): { seen: Output; strides: number[] } {
  const { g, inputShapes } = context
  const { kernelSize, strides } = optionsOf<ConvolutionOptions>(context)
  const isCoarser = kernelSize.every((size) => size === 1) && strides.some((stride) => stride !== 1)
  return isCoarser && knownSize(context, inputShapes[0]!.at(-1)) < BLOCK
    ? { seen: coarser(g, x, strides), strides: [1, 1, 1, 1] }
    : { seen: x, strides: perAxis(strides) }
}

/** One pixel of so many along each axis, beginning with the first. */
function coarser(g: GraphBuilder, x: Output, strides: readonly [number, number]): Output {
  const [none, all] = [ints(g, [0, 0, 0, 0]), 0b1111]
  return g.op('StridedSlice', [x, none, none, ints(g, perAxis(strides))], { begin_mask: all, end_mask: all })
}

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

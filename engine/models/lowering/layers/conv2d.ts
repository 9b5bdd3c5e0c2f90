import type { GraphBuilder, Output } from '../../../tensorflow/graph/builder.ts'
import { ints, knownSize, optionsOf, type LayerContext, type LowerLayer } from '../layer-context.ts'
import { biasAndActivation, paddingOf, perAxis, type ConvolutionOptions } from './convolution.ts'

export const conv2d: LowerLayer = (context, [x]) => {
  const { dilationRate } = optionsOf<ConvolutionOptions>(context)
  const kernel = context.weight('kernel', x)
  const dilated = dilationRate.some((rate) => rate !== 1)
  const convolved = dilated ? dilatedConvolution(context, x!, kernel) : convolution(context, x!, kernel)
  return biasAndActivation(context, convolved)
}

/** Channels that oneDNN takes at once: 8 with AVX2, 16 with AVX-512. */
const BLOCK = 16

/**
 * A 1x1 kernel with strides sees the pixels of a coarser grid. Of few channels, that grid is taken out first: oneDNN
 * takes it out by whole blocks of channels for the gradient of the kernel, and where there are fewer it writes beyond
 * its memory, so that the gradient is wrong or the process ends.
 */
function convolution(context: LayerContext, x: Output, kernel: Output): Output {
  const { g, inputShapes } = context
  const { kernelSize, strides } = optionsOf<ConvolutionOptions>(context)
  const isCoarser = kernelSize.every((size) => size === 1) && strides.some((stride) => stride !== 1)
  if (isCoarser && knownSize(context, inputShapes[0]!.at(-1)) < BLOCK)
    return g.op('Conv2D', [coarser(g, x, strides), kernel], { strides: [1, 1, 1, 1], padding: paddingOf(context) })
  return g.op('Conv2D', [x, kernel], { strides: perAxis(strides), padding: paddingOf(context) })
}

/** One pixel of so many along each axis, beginning with the first. */
function coarser(g: GraphBuilder, x: Output, strides: readonly [number, number]): Output {
  const [none, all] = [ints(g, [0, 0, 0, 0]), 0b1111]
  return g.op('StridedSlice', [x, none, none, ints(g, perAxis(strides))], { begin_mask: all, end_mask: all })
}

/**
 * A dilated convolution: each of the interleaved grids becomes an image of the batch, is convolved, and goes back.
 * TensorFlow's C++ gradient of Conv2D takes no heed of its dilation.
 */
function dilatedConvolution(context: LayerContext, x: Output, kernel: Output): Output {
  const { g } = context
  const { dilationRate } = optionsOf<ConvolutionOptions>(context)
  const rows = dilatedAxis(context, 0)
  const columns = dilatedAxis(context, 1)
  const blocks = ints(g, dilationRate)
  const pairs = (a: readonly number[], b: readonly number[]) => g.constant([...a, ...b], 'int32', [2, 2])
  const grids = g.op('SpaceToBatchND', [x, blocks, pairs(rows.padding, columns.padding)])
  const convolved = g.op('Conv2D', [grids, kernel], { strides: [1, 1, 1, 1], padding: 'VALID' })
  return g.op('BatchToSpaceND', [convolved, blocks, pairs(rows.crop, columns.crop)])
}

/** Zeroes before and after an axis so that it divides into whole grids, and what is cropped of the result for that. */
function dilatedAxis(context: LayerContext, axis: 0 | 1): { padding: [number, number]; crop: [number, number] } {
  const { kernelSize, dilationRate } = optionsOf<ConvolutionOptions>(context)
  const size = knownSize(context, context.inputShapes[0]![axis + 1])
  const around = paddingOf(context) === 'SAME' ? (kernelSize[axis] - 1) * dilationRate[axis] : 0
  const before = Math.floor(around / 2)
  const excess = (dilationRate[axis] - ((size + around) % dilationRate[axis])) % dilationRate[axis]
  return { padding: [before, around - before + excess], crop: [0, excess] }
}

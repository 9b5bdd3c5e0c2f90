import type { Output } from '../../../tensorflow/graph/builder.ts'
import { ints, knownSize, optionsOf, type LayerContext, type LowerLayer } from '../layer-context.ts'
import { biasAndActivation, paddingOf, seenBy, type ConvolutionOptions } from './convolution.ts'

export const conv2d: LowerLayer = (context, [x]) => {
  const { dilationRate } = optionsOf<ConvolutionOptions>(context)
  const kernel = context.weight('kernel', x)
  const dilated = dilationRate.some((rate) => rate !== 1)
  const convolved = dilated ? dilatedConvolution(context, x!, kernel) : convolution(context, x!, kernel)
  return biasAndActivation(context, convolved)
}

function convolution(context: LayerContext, x: Output, kernel: Output): Output {
  const { seen, strides } = seenBy(context, x)
  return context.g.op('Conv2D', [seen, kernel], { strides, padding: paddingOf(context) })
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

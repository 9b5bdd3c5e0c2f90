import { blurKernel } from '../../layers/blur-pool2d.ts'
import type { ComputeType } from '../precision.ts'
import { knownSize, type LowerLayer } from '../layer-context.ts'

/** A depthwise convolution with a fixed kernel. */
export const blurPool2d: LowerLayer = (context, [x]) => {
  const { g } = context
  const channels = knownSize(context, context.inputShapes[0]!.at(-1))
  const kernel = context.cast(
    g.constant(
      blurKernel.flatMap((value) => new Array<number>(channels).fill(value)),
      'float32',
      [3, 3, channels, 1],
    ),
    g.dtypeOf(x!) as ComputeType,
  )
  const mirrored = g.op('MirrorPad', [x!, g.constant([0, 0, 1, 1, 1, 1, 0, 0], 'int32', [4, 2])], { mode: 'REFLECT' })
  return g.op('DepthwiseConv2dNative', [mirrored, kernel], { strides: [1, 2, 2, 1], padding: 'VALID' })
}

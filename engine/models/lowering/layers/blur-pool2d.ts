import { blurKernel } from '../../layers/blur-pool2d.ts'
import type { LowerLayer } from '../layer-context.ts'

/** A depthwise convolution with a fixed kernel. */
export const blurPool2d: LowerLayer = ({ g, inputShapes }, [x]) => {
  const channels = inputShapes[0]!.at(-1)!
  const kernel = g.constant(blurKernel.flatMap((value) => new Array<number>(channels).fill(value)), 'float32', [3, 3, channels, 1])
  const mirrored = g.op('MirrorPad', [x!, g.constant([0, 0, 1, 1, 1, 1, 0, 0], 'int32', [4, 2])], { mode: 'REFLECT' })
  return g.op('DepthwiseConv2dNative', [mirrored, g.op('Cast', [kernel], { DstT: g.dtypeOf(x!) })], { strides: [1, 2, 2, 1], padding: 'VALID' })
}

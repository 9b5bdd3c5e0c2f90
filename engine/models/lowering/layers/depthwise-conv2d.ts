import type { Output } from '../../../tensorflow/graph/builder.ts'
import type { LayerContext, LowerLayer } from '../layer-context.ts'
import { biasAndActivation, checkDepthwise, paddingOf, seenBy } from './convolution.ts'

export const depthwiseConv2d: LowerLayer = (context, [x]) => biasAndActivation(context, depthwise(context, x!))

/** Each channel convolved by kernels of its own. */
export function depthwise(context: LayerContext, x: Output): Output {
  checkDepthwise(context)
  const { seen, strides } = seenBy(context, x)
  const kernel = context.weight('depthwise_kernel', x)
  return context.g.op('DepthwiseConv2dNative', [seen, kernel], { strides, padding: paddingOf(context) })
}

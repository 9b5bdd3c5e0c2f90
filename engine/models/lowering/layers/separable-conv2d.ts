import type { LowerLayer } from '../layer-context.ts'
import { biasAndActivation } from './convolution.ts'
import { depthwise } from './depthwise-conv2d.ts'

/** A depthwise convolution, then one over the channels alone. */
export const separableConv2d: LowerLayer = (context, [x]) => {
  const spatial = depthwise(context, x!)
  return biasAndActivation(
    context,
    context.g.op('Conv2D', [spatial, context.weight('pointwise_kernel', x)], {
      strides: [1, 1, 1, 1],
      padding: 'VALID',
    }),
  )
}

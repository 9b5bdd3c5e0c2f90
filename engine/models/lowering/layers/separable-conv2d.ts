import { optionsOf, type LowerLayer } from '../layer-context.ts'
import { biasAndActivation, checkDepthwise, paddingOf, perAxis, type ConvolutionOptions } from './convolution.ts'

/** A depthwise convolution, then one over the channels alone. */
export const separableConv2d: LowerLayer = (context, [x]) => {
  checkDepthwise(context)
  const { g } = context
  const { strides } = optionsOf<ConvolutionOptions>(context)
  const attrs = { strides: perAxis(strides), padding: paddingOf(context) }
  const spatial = g.op('DepthwiseConv2dNative', [x!, context.weight('depthwise_kernel', x)], attrs)
  return biasAndActivation(
    context,
    g.op('Conv2D', [spatial, context.weight('pointwise_kernel', x)], { strides: [1, 1, 1, 1], padding: 'VALID' }),
  )
}

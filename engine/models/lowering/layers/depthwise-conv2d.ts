import { optionsOf, type LowerLayer } from '../layer-context.ts'
import { biasAndActivation, checkDepthwise, paddingOf, perAxis, type ConvolutionOptions } from './convolution.ts'

export const depthwiseConv2d: LowerLayer = (context, [x]) => {
  checkDepthwise(context)
  const { strides } = optionsOf<ConvolutionOptions>(context)
  const attrs = { strides: perAxis(strides), padding: paddingOf(context) }
  return biasAndActivation(
    context,
    context.g.op('DepthwiseConv2dNative', [x!, context.weight('depthwise_kernel', x)], attrs),
  )
}

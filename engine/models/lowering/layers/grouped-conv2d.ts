import { cpuFlags, hasGpu, type DType } from '../../../tensorflow/c-api/index.ts'
import type { Output } from '../../../tensorflow/graph/builder.ts'
import { optionsOf, type LayerContext, type LowerLayer } from '../layer-context.ts'
import { biasAndActivation, paddingOf, seenBy, type ConvolutionOptions } from './convolution.ts'

interface GroupedOptions extends ConvolutionOptions {
  readonly groups: number
}

/**
 * TensorFlow's Conv2D takes a kernel of fewer input channels as one in groups, and cuDNN and oneDNN have its gradient.
 * Its own kernels for the CPU do not: every group is a convolution there with oneDNN off, in float16, and in bfloat16
 * where the CPU lacks AVX-512, without which TensorFlow does not give that to oneDNN.
 */
export const groupedConv2d: LowerLayer = (context, [x]) => {
  const kernel = context.weight('kernel', x)
  return biasAndActivation(
    context,
    hasGroups(context.g.dtypeOf(x!)) ? convolve(context, x!, kernel) : groupByGroup(context, x!, kernel),
  )
}

const hasGroups = (dtype: DType): boolean =>
  hasGpu() || (process.env.TF_ENABLE_ONEDNN_OPTS !== '0' && oneDnnTakes(dtype))

const oneDnnTakes = (dtype: DType): boolean =>
  dtype === 'float32' || (dtype === 'bfloat16' && /\bavx512f\b/.test(cpuFlags()))

function convolve(context: LayerContext, x: Output, kernel: Output): Output {
  const { seen, strides } = seenBy(context, x)
  return context.g.op('Conv2D', [seen, kernel], { strides, padding: paddingOf(context) })
}

function groupByGroup(context: LayerContext, x: Output, kernel: Output): Output {
  const { g } = context
  const { groups } = optionsOf<GroupedOptions>(context)
  const channels = g.constant(3, 'int32')
  const split = (value: Output) => g.operation('Split', [channels, value], { num_split: groups })
  const [xs, kernels] = [split(x), split(kernel)]
  const convolved = Array.from({ length: groups }, (_, i) => convolve(context, xs.output(i), kernels.output(i)))
  return g.op('ConcatV2', [convolved, channels])
}

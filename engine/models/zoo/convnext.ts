import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs'
import type { TensorFlowJs } from '../../tensorflow/tfjs-backend/index.ts'
import type { ModelOptions } from '../model-options.ts'
import { layerScale } from '../layers/index.ts'
import { LayerStack } from './layer-stack.ts'

const epsilon = 1e-6
/** The first scale of every branch: arXiv 2201.03545, table 5. */
const initialScale = 1e-6

/**
 * A ConvNeXt (Liu et al. 2022, arXiv 2201.03545), of so many blocks and channels in each stage.
 */
export function convnext(
  tf: TensorFlowJs,
  options: ModelOptions,
  { depths, widths }: { readonly depths: readonly number[]; readonly widths: readonly number[] },
): LayersModel {
  const stack = new LayerStack(tf, options)
  const blocks = depths.reduce((a, b) => a + b)
  const image = stack.input()
  let x = stack.layerNorm(stack.patches(image, 'stem_conv', widths[0]!, 4), 'stem_norm', epsilon)
  let place = 0
  depths.forEach((depth, stage) => {
    const name = `stage${stage + 1}`
    if (stage > 0)
      x = stack.patches(stack.layerNorm(x, `${name}_down_norm`, epsilon), `${name}_down_conv`, widths[stage]!, 2)
    for (let i = 1; i <= depth; i++) x = block(stack, x, { name: `${name}_block${i}`, place: place++, of: blocks })
  })
  const logits = stack.classifier(x, (features) => stack.layerNorm(features, 'head_norm', epsilon))
  return tf.model({ inputs: image, outputs: logits, name: options.architecture })
}

/** A depthwise 7 x 7 convolution, a norm, and two 1 x 1 convolutions with GELU between, scaled; plus the input. */
function block(
  stack: LayerStack,
  x: SymbolicTensor,
  { name, place, of }: { name: string; place: number; of: number },
): SymbolicTensor {
  const width = x.shape.at(-1)!
  const spatial = stack.depthwise(x, { name: `${name}_depthwise`, kernel: 7, stride: 1, useBias: true })
  const normal = stack.layerNorm(spatial, `${name}_norm`, epsilon)
  const wide = stack.patches(normal, `${name}_expand`, 4 * width, 1, 'gelu')
  const narrow = stack.patches(wide, `${name}_project`, width, 1)
  const scaled = layerScale
    .create(stack.tf, { name: `${name}_scale`, initial: initialScale })
    .apply(narrow) as SymbolicTensor
  return stack.add(stack.stochasticDepth(scaled, `${name}_depth`, place, of), x, `${name}_add`)
}

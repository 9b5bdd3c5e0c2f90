import type { LayersModel } from '@tensorflow/tfjs'
import type { TensorFlowJs } from '../../tensorflow/tfjs-backend/index.ts'
import type { ModelOptions } from '../model-options.ts'
import { LayerStack } from './layer-stack.ts'
import { residualStages } from './residual-block.ts'

/**
 * A residual network for images of about 32 px (He et al. 2015, arXiv 1512.03385, section 4.2): a 3 x 3 stem of 16
 * channels and three stages of 16, 32 and 64, of (depth - 2) / 6 basic blocks each. The paper pads the shortcuts
 * with zeroes (option A); ours are projections, a 1 x 1 convolution and a batch norm (option B), as in the large ones.
 * @param depth layers with weights, 6 n + 2
 */
export function cifarResnet(
  tf: TensorFlowJs,
  options: ModelOptions,
  { depth }: { readonly depth: number },
): LayersModel {
  const stack = new LayerStack(tf, options)
  const blocks = (depth - 2) / 6
  const image = stack.input()
  const stem = stack.convolution(image, { name: 'stem_conv', filters: 16, kernel: 3, stride: 1 })
  const features = residualStages(
    stack,
    { kind: 'basic' },
    stack.relu(stack.batchNorm(stem, 'stem_bn'), 'stem_relu'),
    16,
    [blocks, blocks, blocks],
  )
  return tf.model({ inputs: image, outputs: stack.classifier(features), name: options.architecture })
}

import type { LayersModel } from '@tensorflow/tfjs'
import type { TensorFlowJs } from '../../tensorflow/tfjs-backend/index.ts'
import type { ModelOptions } from '../model-options.ts'
import { LayerStack } from './layer-stack.ts'
import { residualStages, type ResidualForm } from './residual-block.ts'

/**
 * A residual network for images of about 224 px (He et al. 2015, arXiv 1512.03385, table 1), v1.5.
 * @param depths blocks in each of the four stages
 * @returns a model from float32 [batch, size, size, channels] to logits [batch, classes]
 */
export function resnet(
  tf: TensorFlowJs,
  options: ModelOptions,
  { depths, ...form }: ResidualForm & { readonly depths: readonly number[] },
): LayersModel {
  const stack = new LayerStack(tf, options)
  const image = stack.input()
  const stem = stack.convolution(image, { name: 'stem_conv', filters: 64, kernel: 7, stride: 2 })
  const pooled = stack.maxPool(stack.relu(stack.batchNorm(stem, 'stem_bn'), 'stem_relu'), 'stem_pool')
  const features = residualStages(stack, form, pooled, 64, depths)
  return tf.model({ inputs: image, outputs: stack.classifier(features), name: options.architecture })
}

import type { TensorFlowJs } from '../../tensorflow/tfjs-backend/index.ts'
import { blurPool2D } from './blur-pool2d.ts'
import { groupedConv2D } from './grouped-conv2d.ts'
import { layerScale } from './layer-scale.ts'
import { stochasticDepth } from './stochastic-depth.ts'

export { blurPool2D, groupedConv2D, layerScale, stochasticDepth }

/** Lets tf.layers read models that name a layer of ours. */
export function registerCustomLayers(tf: TensorFlowJs): void {
  for (const layer of [blurPool2D, groupedConv2D, layerScale, stochasticDepth]) layer.register(tf)
}

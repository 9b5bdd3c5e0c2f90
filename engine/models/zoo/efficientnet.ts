import type { LayersModel } from '@tensorflow/tfjs'
import type { TensorFlowJs } from '../../tensorflow/tfjs-backend/index.ts'
import type { ModelOptions } from '../model-options.ts'
import { invertedNetwork, type InvertedStage } from './inverted-residual.ts'
import { LayerStack } from './layer-stack.ts'

const row = (expansion: number, kernel: number, filters: number, blocks: number, stride: number): InvertedStage => ({
  expansion,
  filters,
  blocks,
  stride,
  kernel,
})

/** Tan & Le 2019, arXiv 1905.11946, table 1. */
const stages = [
  row(1, 3, 16, 1, 1),
  row(6, 3, 24, 2, 2),
  row(6, 5, 40, 2, 2),
  row(6, 3, 80, 3, 2),
  row(6, 5, 112, 3, 1),
  row(6, 5, 192, 4, 2),
  row(6, 3, 320, 1, 1),
]

/** EfficientNet-B0. */
export const efficientnetB0 = (tf: TensorFlowJs, options: ModelOptions): LayersModel =>
  invertedNetwork(new LayerStack(tf, options), { activation: 'swish', excitation: 0.25 }, stages)

import type { LayersModel } from '@tensorflow/tfjs'
import type { TensorFlowJs } from '../../tensorflow/tfjs-backend/index.ts'
import type { ModelOptions } from '../model-options.ts'
import { invertedNetwork, type InvertedStage } from './inverted-residual.ts'
import { LayerStack } from './layer-stack.ts'

const row = (expansion: number, filters: number, blocks: number, stride: number): InvertedStage => ({
  expansion,
  filters,
  blocks,
  stride,
  kernel: 3,
})

/** Sandler et al. 2018, arXiv 1801.04381, table 2. */
const stages = [
  row(1, 16, 1, 1),
  row(6, 24, 2, 2),
  row(6, 32, 3, 2),
  row(6, 64, 4, 2),
  row(6, 96, 3, 1),
  row(6, 160, 3, 2),
  row(6, 320, 1, 1),
]

/** MobileNetV2 of width 1. */
export const mobilenetV2 = (tf: TensorFlowJs, options: ModelOptions): LayersModel =>
  invertedNetwork(new LayerStack(tf, options), { activation: 'relu6' }, stages)

import type { Preset } from './preset.ts'
import type { PartialRecipe } from '../schema.ts'

const paper = 'timm: Wightman et al. 2021, arXiv 2110.00476, table 2'

/**
 * What A2 and A3 share: a total batch of 2048, here as 8 accumulated batches of 256. RandAugment's strength is stated
 * of 10 there and of 30 here. What has no counterpart: the strength's deviation of 0.5 from image to image, that
 * each of the two operations is left out half the time, and the warm-up that starts at 1e-4 and not at zero.
 * The list of operations is torchvision's.
 */
const shared = {
  model: { zeroInitResidual: true },
  data: { evaluationResize: 236, resample: 'bicubic-antialias' },
  augment: { policy: 'randaugment', mixup: 0.1, cutmix: 1 },
  optimizer: { name: 'lamb', weightDecay: 0.02, epsilon: 1e-6, clipNorm: 1, accumulate: 8 },
  schedule: { referenceBatch: 2048, warmupFromBatch: 0 },
  loss: { name: 'bce', labelSmoothing: 0, targetThreshold: 0.2 },
  precision: { amp: 'fp16' },
} as const satisfies PartialRecipe

export const timmA2: Preset = {
  name: 'timm-a2',
  title: 'ResNet-50 on ImageNet at 224 px, 300 epochs: LAMB, binary cross-entropy, strong augmentation',
  source: `${paper}, procedure A2`,
  reported: 'ImageNet top-1 79.8 %',
  recipe: {
    ...shared,
    model: { ...shared.model, stochasticDepth: 0.05 },
    augment: { ...shared.augment, magnitude: 21, repeats: 3 },
    schedule: { ...shared.schedule, epochs: 300, learningRate: 0.005 },
  },
}

export const timmA3: Preset = {
  name: 'timm-a3',
  title: 'ResNet-50 on ImageNet, trained at 160 px and evaluated at 224 px, 100 epochs: LAMB, binary cross-entropy',
  source: `${paper}, procedure A3`,
  reported: 'ImageNet top-1 78.1 %',
  recipe: {
    ...shared,
    data: { ...shared.data, imageSize: 160, evaluationSize: 224 },
    augment: { ...shared.augment, magnitude: 18 },
    schedule: { ...shared.schedule, epochs: 100, learningRate: 0.008 },
  },
}

import type { Preset } from './preset.ts'

/**
 * 8 devices with 128 images each, here one device that accumulates 8 batches. The moving average of the weights
 * is stated there as 0.99998 for an update every 32 steps, adjusted by batch and epochs:
 * a = (1 - 0.99998) * 8 * 128 * 32 / 600 an update, so (1 - a)^(1/32) a step.
 * One thing differs: biases have no weight decay here.
 */
export const torchvisionV2: Preset = {
  name: 'torchvision-v2',
  title:
    'ResNet-50 on ImageNet, trained at 176 px and evaluated at 224 px, 600 epochs: TrivialAugment, mixup, CutMix, EMA',
  source:
    'torchvision, ResNet50_Weights.IMAGENET1K_V2; Vryniotis 2021, "How to Train State-Of-The-Art Models Using TorchVision\'s Latest Primitives"',
  reported: 'ImageNet top-1 80.86 %',
  recipe: {
    data: {
      imageSize: 176,
      evaluationSize: 224,
      evaluationResize: 232,
      resample: 'bilinear-antialias',
      batchSize: 128,
    },
    augment: { policy: 'trivialaugment', erasing: 0.1, mixup: 0.2, cutmix: 1, repeats: 4 },
    optimizer: { momentum: 0.9, weightDecay: 2e-5, accumulate: 8, ema: 0.99996585 },
    schedule: { epochs: 600, learningRate: 0.5, referenceBatch: 1024, warmupFromBatch: 0 },
  },
}

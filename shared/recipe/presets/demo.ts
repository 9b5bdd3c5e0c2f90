import type { Preset } from '../../run.ts'

export const demo: Preset = {
  name: 'demo',
  title: 'ResNet-8 on the bundled part of Fashion-MNIST at 28 px, about a minute on a CPU',
  source: 'Anneal; mean and standard deviation are those of the 60,000 training images of Fashion-MNIST',
  recipe: {
    model: { architecture: 'resnet8', zeroInitResidual: false },
    data: {
      dataset: 'fashion-mnist-mini',
      imageSize: 28,
      evaluationResize: 28,
      channels: 1,
      mean: [72.93],
      std: [90.015],
      batchSize: 64,
      evaluationBatchSize: 250,
    },
    augment: { crop: 'pad-and-crop', padding: 1, flip: 0.5 },
    optimizer: { momentum: 0.9, weightDecay: 5e-4 },
    schedule: {
      epochs: 12,
      name: 'cosine',
      // 0.1 for a batch of 64.
      learningRate: 0.4,
      warmupEpochs: 1,
      warmupFromBatch: 0,
    },
    loss: { labelSmoothing: 0.05 },
  },
}

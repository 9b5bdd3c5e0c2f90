import type { Preset } from './preset.ts'

/** Grey; mean and standard deviation are those of the 60,000 training images of Fashion-MNIST. */
const grey = { channels: 1 as const, mean: [72.93], std: [90.015] }

/**
 * The list of results names the network and its augmentation: flips, shifts and turns. Turns have no counterpart
 * and upside-down clothes do not help, so here there are left-right flips and shifts. The schedule is ours. Images
 * are scaled by 4, since the network's stem divides them by 4.
 */
export const fashionMnistResNet18: Preset = {
  name: 'fashion-mnist-resnet18',
  title: 'ResNet-18 on Fashion-MNIST, scaled to 112 px, 60 epochs',
  source: 'zalandoresearch/fashion-mnist, list of results, ResNet18; the schedule is ours',
  reported: 'Fashion-MNIST top-1 94.9 %',
  recipe: {
    model: { architecture: 'resnet18' },
    data: { imageSize: 112, evaluationResize: 112, ...grey, batchSize: 128 },
    augment: { crop: 'pad-and-crop', padding: 8 },
    optimizer: { momentum: 0.9, weightDecay: 5e-4 },
    // 0.1 for a batch of 128.
    schedule: { epochs: 60, learningRate: 0.2, warmupEpochs: 2, warmupFromBatch: 0 },
  },
}

export const demo: Preset = {
  name: 'demo',
  title: 'ResNet-8 on the bundled part of Fashion-MNIST at 28 px, about a minute on a CPU',
  source: 'Anneal; mean and standard deviation are those of the 60,000 training images of Fashion-MNIST',
  recipe: {
    model: { architecture: 'resnet8' },
    data: {
      dataset: 'fashion-mnist-mini',
      imageSize: 28,
      evaluationResize: 28,
      ...grey,
      batchSize: 64,
      evaluationBatchSize: 250,
    },
    augment: { crop: 'pad-and-crop', padding: 1 },
    optimizer: { momentum: 0.9, weightDecay: 5e-4 },
    schedule: {
      epochs: 12,
      // 0.1 for a batch of 64.
      learningRate: 0.4,
      warmupEpochs: 1,
      warmupFromBatch: 0,
    },
    loss: { labelSmoothing: 0.05 },
  },
}

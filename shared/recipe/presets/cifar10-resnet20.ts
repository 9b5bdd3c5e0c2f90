import type { Preset } from '../../run.ts'

/**
 * He et al. 2015, section 4.2, in epochs of 390 steps of 128 out of 50,000 images: 64,000 iterations, the rate
 * divided by 10 at 32,000 and 48,000. Two things differ: channels are divided by their standard deviation too
 * (the paper subtracts the per-pixel mean only), and there is no weight decay on batch norm nor biases.
 */
export const cifar10ResNet20: Preset = {
  name: 'cifar10-resnet20',
  title: 'ResNet-20 on CIFAR-10 at 32 px, 164 epochs',
  source: 'He et al. 2015, arXiv 1512.03385, section 4.2',
  recipe: {
    model: { architecture: 'resnet20', zeroInitResidual: false },
    data: {
      imageSize: 32,
      evaluationResize: 32,
      // Of the 50,000 training images.
      mean: [125.307, 122.95, 113.865],
      std: [62.993, 62.089, 66.705],
      batchSize: 128,
    },
    augment: { crop: 'pad-and-crop', padding: 4, flip: 0.5 },
    optimizer: { momentum: 0.9, weightDecay: 1e-4 },
    schedule: {
      epochs: 164,
      name: 'step',
      // 0.1 for a batch of 128.
      learningRate: 0.2,
      warmupEpochs: 0,
      milestones: [82, 123],
      factor: 0.1,
    },
    loss: { labelSmoothing: 0 },
    run: { checkpointEvery: 5 },
  },
}

import type { Preset } from './preset.ts'

/** Mean and standard deviation of the 50,000 training images. */
const normalisation = { mean: [125.307, 122.95, 113.865], std: [62.993, 62.089, 66.705] }

/**
 * He et al. 2015, section 4.2, in epochs of 390 steps of 128 out of 50,000 images: 64,000 iterations, the rate
 * divided by 10 at 32,000 and 48,000. Three things differ: channels are divided by their standard deviation too
 * (the paper subtracts the per-pixel mean only), there is no weight decay on batch norm nor biases, and where a
 * shortcut changes its size it is a projection (the paper's option B; it used A, which has no weights).
 */
export const cifar10ResNet20: Preset = {
  name: 'cifar10-resnet20',
  title: 'ResNet-20 on CIFAR-10 at 32 px, 164 epochs',
  source: 'He et al. 2015, arXiv 1512.03385, section 4.2',
  reported: 'CIFAR-10 top-1 91.25 %',
  recipe: {
    model: { architecture: 'resnet20' },
    data: { imageSize: 32, evaluationResize: 32, ...normalisation, batchSize: 128 },
    augment: { crop: 'pad-and-crop' },
    optimizer: { momentum: 0.9, weightDecay: 1e-4 },
    schedule: {
      epochs: 164,
      name: 'step',
      // 0.1 for a batch of 128.
      learningRate: 0.2,
      warmupEpochs: 0,
      milestones: [82, 123],
    },
    loss: { labelSmoothing: 0 },
    run: { checkpointEvery: 5 },
  },
}

/**
 * The source's ResNet-18 has a stem that keeps the 32 px; the one here divides them by 4. Images are scaled by 4
 * first, so that every stage works at the sizes of the source, for about as many operations.
 */
export const cifar10ResNet18: Preset = {
  name: 'cifar10-resnet18',
  title: 'ResNet-18 on CIFAR-10, scaled to 128 px, 200 epochs',
  source: 'kuangliu/pytorch-cifar; its ResNet-18 has a stem for 32 px',
  reported: 'CIFAR-10 top-1 93.02 %',
  recipe: {
    model: { architecture: 'resnet18' },
    data: { imageSize: 128, evaluationResize: 128, ...normalisation, batchSize: 128 },
    augment: { crop: 'pad-and-crop', padding: 16 },
    optimizer: { momentum: 0.9, weightDecay: 5e-4 },
    // 0.1 for a batch of 128.
    schedule: { epochs: 200, learningRate: 0.2, warmupEpochs: 0 },
    loss: { labelSmoothing: 0 },
    run: { checkpointEvery: 5 },
  },
}

import type { Preset } from './preset.ts'

const source = 'NVIDIA DeepLearningExamples, TensorFlow/Classification/ConvNets/resnet50v1.5'

/**
 * What differs from the script: its decay takes in the bias of the dense layer, its mixup draws a share for every
 * image and pairs it with one of the reversed batch, its dense layer starts from a cut normal distribution, and its
 * scaling, bilinear without a low-pass filter too, counts pixels from their corners as TensorFlow 1 did.
 */
export const nvidia90: Preset = {
  name: 'nvidia-90',
  title: 'ResNet-50 v1.5 on ImageNet at 224 px, 90 epochs: the default recipe, padded as TensorFlow does it',
  source,
  reported: 'ImageNet top-1 76.93 to 77.01 %',
  recipe: { model: { padding: 'same' } },
}

/** As its README describes it. Its DGX scripts warm up over 8 epochs, in place of 5, and start from fan_in weights. */
export const nvidia250: Preset = {
  name: 'nvidia-250',
  title: 'ResNet-50 v1.5 on ImageNet at 224 px, 250 epochs with mixup',
  source,
  reported: 'ImageNet top-1 78.35 %',
  recipe: {
    model: { padding: 'same' },
    augment: { mixup: 0.2 },
    schedule: { epochs: 250 },
  },
}

import type { Preset } from './preset.ts'

/**
 * The reference convergence point of 1,632 images a step, 8 devices with 204 each; here one device that
 * accumulates 8 batches. 35 epochs of decay (its 27,476 steps), by the power 2, follow 2 of warm-up; the target
 * is reached after 33 to 37. The reference scales bilinearly without a low-pass filter; of its layers only the first
 * pooling is padded as TensorFlow's "same", the convolutions alike on every side.
 */
export const mlperfLars: Preset = {
  name: 'mlperf-lars',
  title: 'ResNet-50 on ImageNet at 224 px with LARS, 37 epochs, to the target of MLPerf Training',
  source: 'MLPerf Training; mlcommons/logging, mlperf_logging/rcp_checker, resnet_ref_1632 (NVIDIA)',
  reported: 'ImageNet top-1 75.9 %',
  recipe: {
    model: { zeroInitResidual: true },
    data: { batchSize: 204 },
    optimizer: { name: 'lars', momentum: 0.9, weightDecay: 5e-5, accumulate: 8 },
    schedule: {
      epochs: 37,
      name: 'polynomial',
      learningRate: 7.4,
      referenceBatch: 1632,
      // 0.0001.
      finalLearningRate: 1e-4 / 7.4,
      warmupEpochs: 2,
      warmupFromBatch: 0,
    },
    precision: { amp: 'fp16' },
  },
}

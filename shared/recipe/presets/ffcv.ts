import type { Preset } from './preset.ts'

/** The published family: epochs, those between which the images grow, and top-1 in per cent. */
const published = [
  [16, [11, 13], 73.8],
  [24, [17, 20], 75.6],
  [32, [23, 27], 76.6],
  [40, [29, 34], 77.2],
  [56, [41, 48], 78.0],
  [88, [65, 76], 78.4],
] as const

/**
 * rn50_configs of ffcv-imagenet: 8 devices with 512 images each, here one device that accumulates 8 batches.
 * What has no counterpart: images are stored with a side of at most 500 px, half of them as JPEG of quality 90, and
 * OpenCV's INTER_AREA scales them, whose nearest here is the other one with a low-pass filter. And
 * BlurPool is Zhang's here: the convolution runs at full resolution, then its result is blurred, and so is maximum
 * pooling. FFCV blurs what a strided convolution takes, which costs a fifth less.
 */
export const ffcv: readonly Preset[] = published.map(([epochs, resizeEpochs, top1]) => ({
  name: `ffcv-${epochs}`,
  title: `ResNet-50 with BlurPool on ImageNet, 160 to 192 px, ${epochs} epochs`,
  source: `FFCV: Leclerc et al. 2023, arXiv 2306.12517; libffcv/ffcv-imagenet, rn50_configs/rn50_${epochs}_epochs.yaml`,
  reported: `ImageNet top-1 ${top1.toFixed(1)} %`,
  recipe: {
    model: { blurPool: true },
    data: {
      imageSize: 192,
      startImageSize: 160,
      resizeEpochs: [...resizeEpochs],
      // The central 224/256 of the short side, scaled to 256 px: 256 * 256 / 224.
      evaluationSize: 256,
      evaluationResize: 293,
      resample: 'bilinear-antialias',
      evaluationFlip: true,
      batchSize: 512,
    },
    optimizer: { momentum: 0.9, weightDecay: 1e-4, accumulate: 8 },
    schedule: {
      epochs,
      // Straight up over two epochs and straight down to zero.
      name: 'polynomial',
      power: 1,
      learningRate: 1.7,
      referenceBatch: 4096,
      warmupEpochs: 2,
      warmupFromBatch: 0,
    },
    precision: { amp: 'fp16' },
  },
}))

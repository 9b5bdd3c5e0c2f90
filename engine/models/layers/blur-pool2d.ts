import type { Shape, Tensor, Tensor4D } from '@tensorflow/tfjs'
import { customLayer, oneShape, oneTensor, type LayerArgs } from './custom-layer.ts'

/** The outer product of (1, 2, 1) with itself, over 16: a binomial low-pass filter. Row-major, 3 x 3. */
export const blurKernel: readonly number[] = [1, 2, 1, 2, 4, 2, 1, 2, 1].map((value) => value / 16)

/**
 * Halves height and width after a blur of each channel, the image mirrored at its borders (Zhang 2019, arXiv 1904.11486).
 * Input [batch, height, width, channels] of at least 2 x 2; output sizes are rounded up.
 */
export const blurPool2D = customLayer<LayerArgs>(
  (tf) =>
    class BlurPool2D extends tf.layers.Layer {
      static readonly className = 'BlurPool2D'

      override computeOutputShape(inputShape: Shape | Shape[]): Shape {
        const [batch, height, width, channels] = oneShape(inputShape)
        const half = (size: number | null | undefined) => (size ? Math.ceil(size / 2) : null)
        return [batch!, half(height), half(width), channels!]
      }

      override call(inputs: Tensor | Tensor[]): Tensor {
        return tf.tidy(() => {
          const x = oneTensor<Tensor4D>(inputs)
          const one = tf.tensor4d([...blurKernel], [3, 3, 1, 1])
          const mirrored = tf.mirrorPad(
            x,
            [
              [0, 0],
              [1, 1],
              [1, 1],
              [0, 0],
            ],
            'reflect',
          )
          return tf.depthwiseConv2d(mirrored, one.tile([1, 1, x.shape[3], 1]), 2, 'valid')
        })
      }
    },
)

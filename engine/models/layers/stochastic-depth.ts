import type { Shape, Tensor } from '@tensorflow/tfjs'
import { customLayer, oneShape, oneTensor, type LayerArgs } from './custom-layer.ts'

export interface StochasticDepthOptions extends LayerArgs {
  /** Probability that training drops a sample, 0 up to but not 1. */
  readonly rate: number
}

/**
 * In training, sets the branch of a whole sample to zero with probability `rate` and divides the others by 1 - rate
 * (Huang et al. 2016, arXiv 1603.09382); elsewhere the identity. Its random numbers exist only in a lowered model:
 * tf.layers' own eager training, which nothing here uses, would not drop anything.
 */
export const stochasticDepth = customLayer<StochasticDepthOptions>(
  (tf) =>
    class StochasticDepth extends tf.layers.Layer {
      static readonly className = 'StochasticDepth'
      readonly #rate: number

      constructor(options: StochasticDepthOptions) {
        super(options)
        this.#rate = options.rate
      }

      override computeOutputShape(inputShape: Shape | Shape[]): Shape {
        return oneShape(inputShape)
      }

      override call(inputs: Tensor | Tensor[]): Tensor {
        return tf.tidy(() => oneTensor(inputs).clone())
      }

      override getConfig() {
        return { ...super.getConfig(), rate: this.#rate }
      }
    },
)

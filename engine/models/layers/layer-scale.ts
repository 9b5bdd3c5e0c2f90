import type { Shape, Tensor } from '@tensorflow/tfjs'
import { customLayer, oneShape, oneTensor, type LayerArgs } from './custom-layer.ts'

export interface LayerScaleOptions extends LayerArgs {
  /** What every channel is multiplied by at first. */
  readonly initial: number
}

/** Multiplies each channel, the last axis, by a weight of its own, `gamma` (Touvron et al. 2021, arXiv 2103.17239). */
export const layerScale = customLayer<LayerScaleOptions>(
  (tf) =>
    class LayerScale extends tf.layers.Layer {
      static readonly className = 'LayerScale'
      readonly #initial: number

      constructor(options: LayerScaleOptions) {
        super(options)
        this.#initial = options.initial
      }

      override build(inputShape: Shape | Shape[]): void {
        this.addWeight(
          'gamma',
          [oneShape(inputShape).at(-1)!],
          'float32',
          tf.initializers.constant({ value: this.#initial }),
        )
        super.build(inputShape)
      }

      override computeOutputShape(inputShape: Shape | Shape[]): Shape {
        return oneShape(inputShape)
      }

      override call(inputs: Tensor | Tensor[]): Tensor {
        return tf.tidy(() => oneTensor(inputs).mul(this.weights[0]!.read()))
      }

      override getConfig() {
        return { ...super.getConfig(), initial: this.#initial }
      }
    },
)

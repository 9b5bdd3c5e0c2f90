import type { layers, Shape, Tensor, Tensor4D } from '@tensorflow/tfjs'
import { ModelError } from '../../../shared/errors.ts'
import type { TensorFlowJs } from '../../tensorflow/tfjs-backend/index.ts'
import { customLayer, oneShape, oneTensor, type LayerArgs } from './custom-layer.ts'

export interface GroupedConv2DOptions extends LayerArgs {
  readonly filters: number
  readonly kernelSize: number | readonly [number, number]
  readonly strides: number | readonly [number, number]
  readonly padding: 'same' | 'valid'
  /** Divides the input's channels and the filters; each group of filters sees its own group of channels. */
  readonly groups: number
  readonly useBias: boolean
  /** A name of tf.layers; linear without. */
  readonly activation?: string
}

const pair = (value: number | readonly [number, number]): [number, number] =>
  typeof value === 'number' ? [value, value] : [value[0], value[1]]

function outputSize(
  size: number | null | undefined,
  window: number,
  stride: number,
  padding: 'same' | 'valid',
): number | null {
  if (!size) return null
  return padding === 'same' ? Math.ceil(size / stride) : Math.floor((size - window) / stride) + 1
}

function outputShape([batch, ...sizes]: Shape, { filters, kernelSize, strides, padding }: GroupedConv2DOptions): Shape {
  const spatial = [0, 1].map((axis) => outputSize(sizes[axis], pair(kernelSize)[axis]!, pair(strides)[axis]!, padding))
  return [batch!, ...spatial, filters]
}

/** Convolves each group of channels with its own group of filters. */
function convolveGroups(
  tf: TensorFlowJs,
  x: Tensor4D,
  kernel: Tensor4D,
  { groups, strides, padding }: GroupedConv2DOptions,
): Tensor4D {
  const xs = tf.split<Tensor4D>(x, groups, 3)
  const kernels = tf.split<Tensor4D>(kernel, groups, 3)
  const convolved = xs.map((own, i) => tf.conv2d(own, kernels[i]!, pair(strides), padding))
  return tf.concat(convolved, 3)
}

/** The options as a model file keeps them. */
const configOf = ({ activation = 'linear', ...rest }: GroupedConv2DOptions) => ({
  ...rest,
  activation,
  kernelSize: pair(rest.kernelSize),
  strides: pair(rest.strides),
})

/**
 * A convolution in groups (Xie et al. 2016, arXiv 1611.05431): input [batch, height, width, in], kernel
 * [height, width, in / groups, filters] as Keras and TensorFlow have it. Throws `ModelError` where the groups do not divide.
 */
export const groupedConv2D = customLayer<GroupedConv2DOptions>(
  (tf) =>
    class GroupedConv2D extends tf.layers.Layer {
      static readonly className = 'GroupedConv2D'
      readonly #options: GroupedConv2DOptions
      readonly #activation: layers.Layer

      constructor(options: GroupedConv2DOptions) {
        super(options)
        this.#options = { ...options, kernelSize: pair(options.kernelSize), strides: pair(options.strides) }
        this.#activation = tf.layers.activation({ activation: (options.activation ?? 'linear') as 'linear' })
      }

      override build(inputShape: Shape | Shape[]): void {
        const { filters, groups, kernelSize, useBias } = this.#options
        const channels = oneShape(inputShape).at(-1)!
        if (channels % groups !== 0 || filters % groups !== 0)
          throw new ModelError(
            `Layer "${this.name}" (GroupedConv2D) has ${groups} groups, which do not divide its ${channels} channels and ${filters} filters; change the groups.`,
          )
        const zeros = tf.initializers.zeros()
        this.addWeight('kernel', [...pair(kernelSize), channels / groups, filters], 'float32', zeros)
        if (useBias) this.addWeight('bias', [filters], 'float32', zeros)
        super.build(inputShape)
      }

      override computeOutputShape(inputShape: Shape | Shape[]): Shape {
        return outputShape(oneShape(inputShape), this.#options)
      }

      override call(inputs: Tensor | Tensor[]): Tensor {
        return tf.tidy(() => {
          const { useBias } = this.#options
          const convolved = convolveGroups(tf, oneTensor(inputs), this.weights[0]!.read() as Tensor4D, this.#options)
          return this.#activation.apply(useBias ? tf.add(convolved, this.weights[1]!.read()) : convolved) as Tensor
        })
      }

      override getConfig() {
        return { ...super.getConfig(), ...configOf(this.#options) }
      }
    },
)

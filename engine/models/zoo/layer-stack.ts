import type { SymbolicTensor } from '@tensorflow/tfjs'
import type { TensorFlowJs } from '../../tensorflow/tfjs-backend/index.ts'
import type { ModelOptions } from '../model-options.ts'
import { blurPool2D, groupedConv2D, stochasticDepth } from '../layers/index.ts'

export interface Convolution {
  readonly name: string
  readonly filters: number
  readonly kernel: number
  readonly stride: number
  /** Of channels that see only each other; 1 without. */
  readonly groups?: number
}

export type ActivationName = 'relu' | 'relu6' | 'swish' | 'sigmoid' | 'gelu'

/** The layers that the networks are stacked from, each under a name of its own. */
export class LayerStack {
  constructor(
    readonly tf: TensorFlowJs,
    readonly options: ModelOptions,
  ) {}

  input(): SymbolicTensor {
    const { imageSize, channels } = this.options
    return this.tf.input({ shape: [imageSize, imageSize, channels], name: 'image' })
  }

  /**
   * A convolution without bias. A strided one wider than a pixel is padded as `model.padding` says: with (kernel - 1) / 2
   * zeroes on every side, as PyTorch does; or as TensorFlow's "same", which adds no more than the windows need, and puts
   * the odd one at the end: at an even size a window of 3 sees zeroes at the bottom and on the right only.
   */
  convolution(x: SymbolicTensor, { name, filters, kernel, stride, groups = 1 }: Convolution): SymbolicTensor {
    const { padded, padding } = this.#padded(x, { name, kernel, stride })
    const options = { name, filters, kernelSize: kernel, strides: stride, padding, useBias: false }
    // The weights are drawn once the network stands.
    const plain = () => this.tf.layers.conv2d({ ...options, kernelInitializer: 'zeros' })
    const layer = groups === 1 ? plain() : groupedConv2D.create(this.tf, { ...options, groups })
    return layer.apply(padded) as SymbolicTensor
  }

  /** A convolution of each channel by itself, padded alike. */
  depthwise(
    x: SymbolicTensor,
    { name, kernel, stride, useBias = false }: Omit<Convolution, 'filters' | 'groups'> & { useBias?: boolean },
  ): SymbolicTensor {
    const { padded, padding } = this.#padded(x, { name, kernel, stride })
    const layer = this.tf.layers.depthwiseConv2d({
      name,
      kernelSize: kernel,
      strides: stride,
      padding,
      useBias,
      depthwiseInitializer: 'zeros',
    })
    return layer.apply(padded) as SymbolicTensor
  }

  #padded(
    x: SymbolicTensor,
    { name, kernel, stride }: Omit<Convolution, 'filters'>,
  ): { padded: SymbolicTensor; padding: 'valid' | 'same' } {
    if (stride === 1 || kernel === 1 || this.options.padding === 'same') return { padded: x, padding: 'same' }
    return { padded: this.pad(x, (kernel - 1) / 2, `${name}_pad`), padding: 'valid' }
  }

  /** A convolution of 1 x 1, or of windows that do not overlap, with a bias. */
  patches(
    x: SymbolicTensor,
    name: string,
    filters: number,
    size: number,
    activation: 'linear' | ActivationName = 'linear',
  ): SymbolicTensor {
    const layer = this.tf.layers.conv2d({
      name,
      filters,
      kernelSize: size,
      strides: size,
      padding: 'valid',
      activation: activation,
      kernelInitializer: 'zeros',
    })
    return layer.apply(x) as SymbolicTensor
  }

  /** @param lastOfBlock starts with a scale of zero where the recipe says so */
  batchNorm(x: SymbolicTensor, name: string, lastOfBlock = false): SymbolicTensor {
    const { batchNormMomentum, batchNormEpsilon, zeroInitResidual } = this.options
    const layer = this.tf.layers.batchNormalization({
      name,
      momentum: batchNormMomentum,
      epsilon: batchNormEpsilon,
      gammaInitializer: lastOfBlock && zeroInitResidual ? 'zeros' : 'ones',
    })
    return layer.apply(x) as SymbolicTensor
  }

  relu(x: SymbolicTensor, name: string): SymbolicTensor {
    return this.activation(x, name, 'relu')
  }

  activation(x: SymbolicTensor, name: string, activation: ActivationName): SymbolicTensor {
    return this.tf.layers.activation({ name, activation: activation }).apply(x) as SymbolicTensor
  }

  /** Over the channels of every position. */
  layerNorm(x: SymbolicTensor, name: string, epsilon: number): SymbolicTensor {
    return this.tf.layers.layerNormalization({ name, axis: -1, epsilon }).apply(x) as SymbolicTensor
  }

  blurPool(x: SymbolicTensor, name: string): SymbolicTensor {
    return blurPool2D.create(this.tf, { name }).apply(x) as SymbolicTensor
  }

  /** Drops the branch of block `block` of `blocks`: the rate rises linearly from 0 at the first to the recipe's at the last. */
  stochasticDepth(x: SymbolicTensor, name: string, block: number, blocks: number): SymbolicTensor {
    const rate = blocks > 1 ? (this.options.stochasticDepth * block) / (blocks - 1) : 0
    return rate === 0 ? x : (stochasticDepth.create(this.tf, { name, rate }).apply(x) as SymbolicTensor)
  }

  /**
   * Squeeze and excitation: scales every channel by a sigmoid of what two dense layers make of all channels' means
   * (Hu et al. 2017, arXiv 1709.01507).
   * @param width of the first of them
   */
  excite(x: SymbolicTensor, name: string, width: number, activation: ActivationName): SymbolicTensor {
    const { layers } = this.tf
    const channels = x.shape.at(-1)!
    const dense = (step: string, units: number, bent: ActivationName) =>
      layers.dense({ name: `${name}_${step}`, units, activation: bent, kernelInitializer: 'zeros' })
    const means = this.globalAverage(x, `${name}_pool`)
    const weights = dense('expand', channels, 'sigmoid').apply(dense('reduce', width, activation).apply(means))
    const perChannel = layers
      .reshape({ name: `${name}_reshape`, targetShape: [1, 1, channels] })
      .apply(weights) as SymbolicTensor
    return layers.multiply({ name: `${name}_scale` }).apply([x, perChannel]) as SymbolicTensor
  }

  globalAverage(x: SymbolicTensor, name: string): SymbolicTensor {
    return this.tf.layers.globalAveragePooling2d({ name, dataFormat: 'channelsLast' }).apply(x) as SymbolicTensor
  }

  add(x: SymbolicTensor, y: SymbolicTensor, name: string): SymbolicTensor {
    return this.tf.layers.add({ name }).apply([x, y]) as SymbolicTensor
  }

  pad(x: SymbolicTensor, pixels: number, name: string): SymbolicTensor {
    return this.tf.layers.zeroPadding2d({ name, padding: [pixels, pixels] }).apply(x) as SymbolicTensor
  }

  /** 3 x 3, stride 2, padded as `model.padding` says; for values that are not negative, of which a zero is never the sole maximum. */
  maxPool(x: SymbolicTensor, name: string): SymbolicTensor {
    const { blurPool } = this.options
    const stride = blurPool ? 1 : 2
    const { padded, padding } = this.#padded(x, { name, kernel: 3, stride: 2 })
    const pooled = this.tf.layers
      .maxPooling2d({ name, poolSize: 3, strides: stride, padding })
      .apply(padded) as SymbolicTensor
    return blurPool ? this.blurPool(pooled, `${name}_blur`) : pooled
  }

  /**
   * Global average, dropout where the recipe asks for it, and one linear layer: the logits, float32 [batch, classes].
   * @param norm what comes between the average and the rest
   */
  classifier(x: SymbolicTensor, norm = (features: SymbolicTensor) => features): SymbolicTensor {
    const { classes, dropout } = this.options
    const features = norm(this.globalAverage(x, 'pool'))
    const kept =
      dropout > 0 ? this.tf.layers.dropout({ name: 'head_dropout', rate: dropout }).apply(features) : features
    const head = this.tf.layers.dense({
      name: 'head',
      units: classes,
      kernelInitializer: 'zeros',
      biasInitializer: 'zeros',
    })
    return head.apply(kept) as SymbolicTensor
  }
}

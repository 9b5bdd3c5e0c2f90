import type { SymbolicTensor } from '@tensorflow/tfjs'
import type { TensorFlowJs } from '../../tensorflow/tfjs-backend/index.ts'
import type { ModelOptions } from '../create-model.ts'

export interface Convolution {
  readonly name: string
  readonly filters: number
  readonly kernel: number
  readonly stride: number
}

/** The layers that residual networks are stacked from, each under a name of its own. */
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
   * A convolution without bias. A strided one wider than a pixel is preceded by zeroes of (kernel - 1) / 2 on every
   * side, as NVIDIA and PyTorch do: TensorFlow's own "same" padding would put the extra row at the end only.
   */
  convolution(x: SymbolicTensor, { name, filters, kernel, stride }: Convolution): SymbolicTensor {
    const explicit = stride > 1 && kernel > 1
    const padded = explicit ? this.pad(x, (kernel - 1) / 2, `${name}_pad`) : x
    const layer = this.tf.layers.conv2d({
      name,
      filters,
      kernelSize: kernel,
      strides: stride,
      padding: explicit ? 'valid' : 'same',
      useBias: false,
      // The weights are drawn once the network stands.
      kernelInitializer: 'zeros',
    })
    return layer.apply(padded) as SymbolicTensor
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
    return this.tf.layers.activation({ name, activation: 'relu' }).apply(x) as SymbolicTensor
  }

  add(x: SymbolicTensor, y: SymbolicTensor, name: string): SymbolicTensor {
    return this.tf.layers.add({ name }).apply([x, y]) as SymbolicTensor
  }

  pad(x: SymbolicTensor, pixels: number, name: string): SymbolicTensor {
    return this.tf.layers.zeroPadding2d({ name, padding: [pixels, pixels] }).apply(x) as SymbolicTensor
  }

  /** 3 x 3, stride 2, one pixel of zeroes around; for values that are not negative, of which a zero is never the sole maximum. */
  maxPool(x: SymbolicTensor, name: string): SymbolicTensor {
    const layer = this.tf.layers.maxPooling2d({ name, poolSize: 3, strides: 2, padding: 'valid' })
    return layer.apply(this.pad(x, 1, `${name}_pad`)) as SymbolicTensor
  }

  /** Global average and one linear layer: the logits, float32 [batch, classes]. */
  classifier(x: SymbolicTensor): SymbolicTensor {
    const pooled = this.tf.layers.globalAveragePooling2d({ name: 'pool', dataFormat: 'channelsLast' }).apply(x)
    const head = this.tf.layers.dense({ name: 'head', units: this.options.classes, kernelInitializer: 'zeros', biasInitializer: 'zeros' })
    return head.apply(pooled) as SymbolicTensor
  }
}

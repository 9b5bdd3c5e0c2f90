import type { LayersModel, LayerVariable } from '@tensorflow/tfjs'
import { arrayFrom, elementCount, Tensor, TensorHandle } from '../tensorflow/c-api/index.ts'
import { eagerContext, type TensorFlowJs } from '../tensorflow/tfjs-backend/index.ts'
import { weightName } from './variables.ts'

/** The standard deviation of a normal distribution of deviation 1 that is cut off at 2. */
const truncatedDeviation = 0.8796256610342398

/**
 * Draws the weights of a network's convolutions and dense layers; each is a pure function of the seed and of the
 * variable's place in the model, drawn by a stateless op of TensorFlow, which is fast.
 *
 * Convolutions: normal, cut off at two deviations, of variance 2 / fan-out (He et al. 2015, arXiv 1502.01852, backward case),
 * as in NVIDIA's ResNet-50 v1.5 for TensorFlow. Dense layers: kernel and bias uniform within 1 / sqrt(fan-in), as
 * `torch.nn.Linear` in torchvision's ResNets: a fan-out rule would grow with a small number of classes.
 */
export function drawWeights(tf: TensorFlowJs, model: LayersModel, seed: number): void {
  let place = 0
  for (const layer of model.layers) {
    const kernel = layer.weights.find((weight) => weightName(weight) === 'kernel')
    for (const variable of layer.weights) {
      if (kernel) assign(tf, variable, draw(variable.shape as number[], kernel.shape as number[], [seed, place]))
      place++
    }
  }
}

type Seed = readonly [number, number]

function draw(shape: readonly number[], kernel: readonly number[], seed: Seed): Float32Array {
  const fanIn = elementCount(kernel.slice(0, -1))
  const fanOut = elementCount(kernel.slice(0, -2)) * kernel.at(-1)!
  if (kernel.length === 2) return affine(random('StatelessRandomUniform', shape, seed), 2 / Math.sqrt(fanIn), -1 / Math.sqrt(fanIn))
  return affine(random('StatelessTruncatedNormal', shape, seed), Math.sqrt(2 / fanOut) / truncatedDeviation, 0)
}

function affine(values: Float32Array, scale: number, offset: number): Float32Array {
  for (let i = 0; i < values.length; i++) values[i] = values[i]! * scale + offset
  return values
}

function random(op: string, shape: readonly number[], seed: Seed): Float32Array {
  using size = handle('int32', shape)
  using key = handle('int64', seed)
  using drawn = eagerContext().execute(op, [size, key])[0]!
  using tensor = drawn.toTensor()
  return tensor.data<'float32'>()
}

function handle(dtype: 'int32' | 'int64', values: readonly number[]): TensorHandle {
  using tensor = Tensor.from(dtype, [values.length], arrayFrom(dtype, values))
  return TensorHandle.of(tensor)
}

function assign(tf: TensorFlowJs, variable: LayerVariable, values: Float32Array): void {
  const tensor = tf.tensor(values, variable.shape as number[])
  variable.write(tensor)
  tensor.dispose()
}

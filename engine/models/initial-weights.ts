import type { LayersModel, LayerVariable } from '@tensorflow/tfjs'
import { arrayFrom, elementCount, Tensor, TensorHandle, type NumericDType } from '../tensorflow/c-api/index.ts'
import { eagerContext, tensorOf } from '../tensorflow/tfjs-backend/index.ts'
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
export function drawWeights(model: LayersModel, seed: number): void {
  let place = 0
  for (const layer of model.layers) {
    const kernel = layer.weights.find((weight) => weightName(weight) === 'kernel')
    for (const variable of layer.weights) {
      if (kernel) write(variable, draw(variable.shape as number[], kernel.shape as number[], [seed, place]))
      place++
    }
  }
}

function draw(shape: readonly number[], kernel: readonly number[], seed: readonly [number, number]): TensorHandle {
  const fanIn = elementCount(kernel.slice(0, -1))
  const fanOut = elementCount(kernel.slice(0, -2)) * kernel.at(-1)!
  if (kernel.length === 2) return affine('StatelessRandomUniform', shape, seed, 2 / Math.sqrt(fanIn), -1 / Math.sqrt(fanIn))
  return affine('StatelessTruncatedNormal', shape, seed, Math.sqrt(2 / fanOut) / truncatedDeviation, 0)
}

/** Random numbers, each times a scale plus an offset. */
function affine(op: string, shape: readonly number[], seed: readonly number[], scale: number, offset: number): TensorHandle {
  using size = handle('int32', [shape.length], shape)
  using key = handle('int64', [seed.length], seed)
  using factor = handle('float32', [], [scale])
  using shift = handle('float32', [], [offset])
  using drawn = run(op, size, key)
  using scaled = run('Mul', drawn, factor)
  return run('AddV2', scaled, shift)
}

const run = (op: string, ...inputs: TensorHandle[]): TensorHandle => eagerContext().execute(op, inputs)[0]!

function handle(dtype: NumericDType, shape: readonly number[], values: readonly number[]): TensorHandle {
  using tensor = Tensor.from(dtype, shape, arrayFrom(dtype, values))
  return TensorHandle.of(tensor)
}

function write(variable: LayerVariable, value: TensorHandle): void {
  const tensor = tensorOf(value)
  variable.write(tensor)
  tensor.dispose()
}

import type { LayersModel, LayerVariable } from '@tensorflow/tfjs'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { arrayFrom, elementCount, Tensor, TensorHandle, type NumericDType } from '../tensorflow/c-api/index.ts'
import { eagerContext, tensorOf } from '../tensorflow/tfjs-backend/index.ts'
import { isContainer, roleOf, weightName } from './variables.ts'

type Layer = LayersModel['layers'][number]

/** The standard deviation of a normal distribution of deviation 1 that is cut off at 2. */
const truncatedDeviation = 0.8796256610342398

export interface WeightRule {
  readonly seed: number
  readonly initialization: Recipe['model']['initialization']
  /** In place of the rules for convolutions and dense layers: their kernels' standard deviation; their biases are zero. */
  readonly deviation?: number
}

/**
 * Draws the weights of a network's convolutions and dense layers; each is a pure function of the seed and of the
 * variable's place in the model, drawn by a stateless op of TensorFlow, which is fast. What is not drawn stays as it is.
 *
 * Convolutions: normal, cut off at two deviations, of variance 2 / fan-out or 2 / fan-in (He et al. 2015, arXiv
 * 1502.01852), as in NVIDIA's ResNet-50 v1.5 for TensorFlow; the fan-out counts all filters, in groups or not. Dense
 * layers: kernel and bias uniform within 1 / sqrt(fan-in), as `torch.nn.Linear` in torchvision's ResNets: a fan-out
 * rule would grow with a small number of classes.
 */
export function drawWeights(model: LayersModel, rule: WeightRule): void {
  let place = 0
  const draw = (layers: LayersModel): void => {
    for (const layer of layers.layers) {
      if (isContainer(layer)) draw(layer)
      else for (const variable of layer.weights) drawOne(layer, variable, rule, place++)
    }
  }
  draw(model)
}

function drawOne(
  layer: Layer,
  variable: LayerVariable,
  { seed, initialization, deviation }: WeightRule,
  place: number,
): void {
  const name = weightName(variable)
  const shape = variable.shape as number[]
  const key = [seed, place] as const
  const normal = (spread: number) =>
    write(variable, affine('StatelessTruncatedNormal', shape, key, spread / truncatedDeviation, 0))
  const dense = layer.weights.find((weight) => weight.shape.length === 2 && weightName(weight) === 'kernel')
  if (deviation !== undefined) return isKernel(name) ? normal(deviation) : undefined
  if (dense) return write(variable, uniform(shape, key, 1 / Math.sqrt(dense.shape[0]!)))
  if (isKernel(name)) normal(Math.sqrt(2 / fan(name, shape, initialization)))
}

const isKernel = (name: string): boolean => roleOf(name) === 'kernel'

/** Values that a filter takes, or that a value goes to; each channel of a depthwise kernel is a convolution of its own. */
function fan(name: string, shape: readonly number[], initialization: WeightRule['initialization']): number {
  const area = elementCount(shape.slice(0, -2))
  const [inputs, outputs] = shape.slice(-2) as [number, number]
  if (initialization === 'fan_out') return area * outputs
  return name === 'depthwise_kernel' ? area : area * inputs
}

const uniform = (shape: readonly number[], seed: readonly number[], bound: number): TensorHandle =>
  affine('StatelessRandomUniform', shape, seed, 2 * bound, -bound)

/** Random numbers, each times a scale plus an offset. */
function affine(
  op: string,
  shape: readonly number[],
  seed: readonly number[],
  scale: number,
  offset: number,
): TensorHandle {
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

import type { LayersModel, LayerVariable } from '@tensorflow/tfjs'
import { ModelError } from '../../shared/errors.ts'
import { Tensor } from '../tensorflow/c-api/index.ts'
import { handleOf } from '../tensorflow/tfjs-backend/index.ts'
import { roundedTensors, type RangeSpec } from './rounded-tensors.ts'
import { describeVariables, type VariableSpec } from './variables.ts'

/** How quantisation-aware training rounds the model; a model that is not quantised has none. */
export type Quantization = 'off' | 'asymmetric' | 'symmetric'

/** A network that takes images and gives one vector for each. Its owner disposes it. */
export interface Model {
  readonly name: string
  /** Height, width, channels. */
  readonly inputShape: readonly [number, number, number]
  /** The size of the output's last axis. */
  readonly classes: number
  readonly variables: readonly VariableSpec[]
  readonly quantization: Quantization
  /** Frees the weights that it was made with; its description stays. A second call does nothing. */
  dispose(): void
}

/** A tf.layers model with the names that its variables have everywhere else. */
class LayeredModel implements Model {
  readonly name: string
  readonly inputShape: readonly [number, number, number]
  readonly classes: number
  readonly weights: ReadonlyMap<LayerVariable, VariableSpec>
  /** By the id of the tensor. */
  readonly ranges: ReadonlyMap<number, RangeSpec>
  #disposed = false

  constructor(
    readonly layers: LayersModel,
    readonly quantization: Quantization,
  ) {
    this.name = layers.name
    this.inputShape = imageShape(layers)
    this.classes = layers.outputs[0]!.shape.at(-1)!
    this.weights = describeVariables(layers)
    this.ranges = quantization === 'off' ? new Map() : roundedTensors(layers)
  }

  get variables(): readonly VariableSpec[] {
    return [...this.weights.values(), ...[...this.ranges.values()].flatMap(({ min, max }) => [min, max])]
  }

  dispose(): void {
    if (!this.#disposed) this.layers.dispose()
    this.#disposed = true
  }
}

function imageShape({ name, inputs, outputs }: LayersModel): [number, number, number] {
  const [height, width, channels] = inputs[0]!.shape.slice(1)
  const ofKnownSize = inputs[0]!.shape.length === 4 && height && width && channels
  if (inputs.length !== 1 || outputs.length !== 1 || !ofKnownSize)
    throw new ModelError(
      `The model "${name}" must take one image of a fixed height, width and number of channels and give one output; change its input.`,
    )
  return [height, width, channels]
}

/** A tf.layers model as a model of ours, which takes it over. Throws `ModelError` unless it takes one image and gives one output. */
export const fromLayers = (layers: LayersModel, quantization: Quantization = 'off'): Model =>
  new LayeredModel(layers, quantization)

function layered(model: Model): LayeredModel {
  if (model instanceof LayeredModel) return model
  throw new TypeError(`the model "${model.name}" was not made by this module`)
}

/** The tf.layers model inside, with the weights it was made with; the model still owns it. */
export const layersOf = (model: Model): LayersModel => layered(model).layers

/** The tf.layers model inside as JSON, without its weights. */
export const topologyOf = (model: Model): unknown => layersOf(model).toJSON(null, false)

/** The name of each weight of the tf.layers model inside. */
export const namedWeights = (model: Model): ReadonlyMap<LayerVariable, VariableSpec> => layered(model).weights

/** What quantisation rounds, by the id of the tensor, with its range. */
export const rangesOf = (model: Model): ReadonlyMap<number, RangeSpec> => layered(model).ranges

/** Where both ends of a range start, as in TensorFlow's quantisation-aware training; the first step leaves nothing of it. */
const initialRange = 6

/** The weights that the model was made with, in its order, in the memory that the model holds them in. The caller disposes each tensor. */
export function* initialValues(model: Model): Generator<{ name: string; tensor: Tensor }> {
  for (const [variable, { name }] of namedWeights(model)) yield { name, tensor: handleOf(variable.read()).toTensor() }
  for (const { min, max } of rangesOf(model).values()) {
    yield { name: min.name, tensor: Tensor.scalar('float32', -initialRange) }
    yield { name: max.name, tensor: Tensor.scalar('float32', initialRange) }
  }
}

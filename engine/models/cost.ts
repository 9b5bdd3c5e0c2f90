import type { LayersModel } from '@tensorflow/tfjs'
import type { LayerCost, ModelCost } from '../../shared/contract/model-cost.ts'
import { elementCount } from '../tensorflow/c-api/index.ts'
import { keepsActivation } from './kept-activations.ts'
import { layersOf, type Model } from './model.ts'
import { isContainer, roleOf, weightName } from './variables.ts'

type Layer = LayersModel['layers'][number]
type Node = LayersModel['nodesByDepth'][string][number]
type Sizes = readonly number[]

/** What each layer of a model gives and costs, for one image, in the order in which they are computed. */
export function modelCost(model: Model): ModelCost {
  const layers = rows(layersOf(model), '', new Set())
  const sum = (of: (row: LayerCost) => number) => layers.reduce((total, row) => total + of(row), 0)
  const trainable = model.variables
    .filter((variable) => variable.trainable)
    .reduce((total, { shape }) => total + elementCount(shape), 0)
  return {
    layers,
    parameters: sum(({ parameters }) => parameters),
    trainable,
    weights: model.variables.reduce((total, { shape }) => total + elementCount(shape), 0),
    multiplyAdds: sum(({ multiplyAdds }) => multiplyAdds),
    activations: sum(({ activations }) => activations),
  }
}

/** A layer that is used twice computes twice; its parameters are counted once. */
function rows(model: LayersModel, path: string, counted: Set<Layer>): LayerCost[] {
  const depths = Object.keys(model.nodesByDepth)
    .map(Number)
    .sort((a, b) => b - a)
  return depths
    .flatMap((depth) => model.nodesByDepth[depth]!)
    .flatMap((node) => {
      const layer = node.outboundLayer
      return isContainer(layer) ? rows(layer, `${path}${layer.name}/`, counted) : [row(node, path, counted)]
    })
}

function row(node: Node, path: string, counted: Set<Layer>): LayerCost {
  const layer = node.outboundLayer
  const outputShape = node.outputTensors[0]!.shape.slice(1) as number[]
  const parameters = counted.has(layer) ? 0 : parametersOf(layer)
  counted.add(layer)
  const activations = keepsActivation(node) ? elementCount(outputShape) : 0
  return {
    layer: path + layer.name,
    class: layer.getClassName(),
    outputShape,
    parameters,
    multiplyAdds: multiplyAdds(layer, outputShape),
    activations,
  }
}

/** Moving statistics are no parameters, frozen weights are. */
const parametersOf = (layer: Layer): number =>
  layer.weights
    .filter((weight) => !/^moving/.test(roleOf(weightName(weight)) ?? ''))
    .reduce((total, { shape }) => total + elementCount(shape as number[]), 0)

/** Of convolutions and dense layers, as the published totals count them: the kernel, at every place that it is laid on. */
function multiplyAdds(layer: Layer, outputShape: Sizes): number {
  const places = elementCount(outputShape.slice(0, -1))
  const kernels = layer.weights.filter((weight) => roleOf(weightName(weight)) === 'kernel')
  return kernels.reduce((total, kernel) => total + places * elementCount(kernel.shape as number[]), 0)
}

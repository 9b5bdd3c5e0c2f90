import type { LayersModel } from '@tensorflow/tfjs'
import type { GraphBuilder, Operation, Output } from '../../tensorflow/graph/builder.ts'
import { layersOf, namedWeights, type Model } from '../model.ts'
import { isContainer, readVariable, weightName, type Variable, type Variables } from '../variables.ts'

type Layer = LayersModel['layers'][number]
type Node = LayersModel['nodesByDepth'][string][number]

/** Batch norms that are part of the convolutions before them, for a network that is not trained. */
export interface FoldedNorms {
  /** What convolutions have in place of their own weights, by the layer's own names for these. */
  readonly convolutions: ReadonlyMap<Layer, Readonly<Record<string, Output>>>
  /** They give what they are given. */
  readonly norms: ReadonlySet<Layer>
  /** Compute these weights from the model's, to be run whenever those have changed. */
  readonly assigns: readonly Operation[]
}

/** The weight that makes the channels which a batch norm sees, by the class of its layer. */
const kernels: Readonly<Record<string, string>> = {
  Conv2D: 'kernel',
  DepthwiseConv2D: 'depthwise_kernel',
  GroupedConv2D: 'kernel',
  SeparableConv2D: 'pointwise_kernel',
}

/**
 * Adds to the graph, beside the model's weights, those of its convolutions with the batch norm after them in them:
 * a (x * w + b - mean) + beta = x * (a w) + (beta + a (b - mean)), with a = gamma / sqrt(variance + epsilon) (Jacob et al.
 * 2017, arXiv 1712.05877, section 3.2). They are computed in float64.
 * @returns undefined where there is nothing to fold
 */
export function foldNorms(g: GraphBuilder, model: Model, variables: Variables): FoldedNorms | undefined {
  const weights = namedWeights(model)
  const variableOf = (layer: Layer, own: string): Variable | undefined => {
    const weight = layer.weights.find((each) => weightName(each) === own)
    return weight && variables.get(weights.get(weight)!.name)
  }
  const pairs = foldablePairs(layersOf(model))
  if (pairs.length === 0) return undefined
  const assigns: Operation[] = []
  const convolutions = new Map(
    pairs.map(({ convolution, norm }) => {
      const folded = g.withName('folded', () => foldPair(g, { convolution, norm }, variableOf))
      assigns.push(...folded.map(({ assign }) => assign))
      return [convolution, Object.fromEntries(folded.map(({ name, read }) => [name, read]))]
    }),
  )
  return { convolutions, norms: new Set(pairs.map(({ norm }) => norm)), assigns }
}

interface Pair {
  readonly convolution: Layer
  readonly norm: Layer
}

/** Convolutions that nothing but one batch norm sees, and that are called once. */
function foldablePairs(model: LayersModel): Pair[] {
  const { nodes, outputs } = insideOf(model)
  const calls = counted(nodes.map(({ outboundLayer }) => outboundLayer))
  const uses = counted([...nodes.flatMap(({ inputTensors }) => inputTensors.map(({ id }) => id)), ...outputs])
  return nodes.flatMap(({ outboundLayer: norm, inputTensors: [input] }) => {
    const convolution = input?.sourceLayer
    const fits =
      convolution !== undefined &&
      isLastAxisNorm(norm) &&
      endsWithKernel(convolution) &&
      calls.get(norm) === 1 &&
      calls.get(convolution) === 1 &&
      uses.get(input!.id) === 1
    return fits ? [{ convolution, norm }] : []
  })
}

const isLastAxisNorm = (layer: Layer): boolean =>
  layer.getClassName() === 'BatchNormalization' && [-1, 3].includes(layer.getConfig()['axis'] as number)

const endsWithKernel = (layer: Layer): boolean =>
  Object.hasOwn(kernels, layer.getClassName()) && layer.getConfig()['activation'] === 'linear'

/** The nodes of a model and of the models nested in it, those of one that is called twice twice; and what these give. */
function insideOf(model: LayersModel): { nodes: Node[]; outputs: number[] } {
  const own = Object.values(model.nodesByDepth).flat()
  const nested = own.flatMap(({ outboundLayer }) => (isContainer(outboundLayer) ? [insideOf(outboundLayer)] : []))
  return {
    nodes: [...own, ...nested.flatMap(({ nodes }) => nodes)],
    outputs: [...model.outputs.map(({ id }) => id), ...nested.flatMap(({ outputs }) => outputs)],
  }
}

function counted<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

function foldPair(
  g: GraphBuilder,
  { convolution, norm }: Pair,
  variableOf: (layer: Layer, own: string) => Variable | undefined,
) {
  const wide = (variable: Variable) => g.op('Cast', [readVariable(g, variable)], { DstT: 'float64' })
  const weight = (layer: Layer, own: string, without: number) => {
    const variable = variableOf(layer, own)
    return variable ? wide(variable) : g.constant(without, 'float64')
  }
  const mean = variableOf(norm, 'moving_mean')!
  const epsilon = g.constant(norm.getConfig()['epsilon'] as number, 'float64')
  const deviation = g.op('Sqrt', [g.op('AddV2', [weight(norm, 'moving_variance', 1), epsilon])])
  const scale = g.op('Div', [weight(norm, 'gamma', 1), deviation])
  const shift = g.op('Mul', [g.op('Sub', [weight(convolution, 'bias', 0), wide(mean)]), scale])
  const bias = g.op('AddV2', [weight(norm, 'beta', 0), shift])

  const kernelName = kernels[convolution.getClassName()]!
  const kernel = variableOf(convolution, kernelName)!
  // The channels of a depthwise convolution are its last two axes, those of others the last one.
  const channels = kernel.shape.slice(convolution.getClassName() === 'DepthwiseConv2D' ? -2 : -1)
  const perChannel = g.op('Reshape', [scale, g.constant(channels, 'int32', [channels.length])])
  return [
    kept(g, { name: kernelName, of: kernel, value: g.op('Mul', [wide(kernel), perChannel]) }),
    kept(g, { name: 'bias', of: mean, value: bias }),
  ]
}

/** A value in a variable of its own, which has the shape of another one. */
function kept(g: GraphBuilder, { name, of, value }: { name: string; of: Variable; value: Output }) {
  const attrs = { dtype: 'float32', shape: of.shape, shared_name: `folded/${of.name}` } as const
  const handle = g.op('VarHandleOp', [], attrs)
  const narrow = g.op('Cast', [value], { DstT: 'float32' })
  return {
    name,
    assign: g.operation('AssignVariableOp', [handle, narrow], { dtype: 'float32' }),
    read: readVariable(g, { ...of, handle }),
  }
}

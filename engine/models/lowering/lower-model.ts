import type { LayersModel, LayerVariable } from '@tensorflow/tfjs'
import { ModelError } from '../../../shared/errors.ts'
import type { GraphBuilder, Operation, Output } from '../../tensorflow/graph/builder.ts'
import { layersOf, namedWeights, rangesOf, type Model } from '../model.ts'
import { takesRounded, type RangeSpec } from '../rounded-tensors.ts'
import { isContainer, isFrozen, readVariable, weightName, type Variables, type VariableSpec } from '../variables.ts'
import type { FoldedNorms } from './folded-norms.ts'
import type { LayerContext } from './layer-context.ts'
import { Casts, inputType, type ComputeType } from './precision.ts'
import { RandomSeeds } from './random-seeds.ts'
import { layerLowerings } from './registry.ts'
import { Rounding } from './rounding.ts'
import { checkCommonOptions } from './unsupported.ts'

export interface LoweringMode {
  /** Batch norm uses the batch's statistics and dropout drops. */
  readonly training: boolean
  /** Decides, with the step, what dropout drops. */
  readonly seed?: number
  /** int64 scalar, the number of the step; only models with dropout or quantisation need it in training. */
  readonly step?: Output
  /** What convolutions and matrix products are computed in; float32 when absent. A quantised model is computed in float32. */
  readonly compute?: ComputeType
  /** Steps before a quantised model is rounded in training; 0 when absent. */
  readonly quantizeDelay?: number
  /** Batch norms that are taken for part of the convolutions before them: only in float32, and not in training. */
  readonly folded?: FoldedNorms
  /** Takes what is wrong with each layer that cannot be lowered, where without it the first one throws. The graph is of no use then. */
  readonly onRefusal?: (message: string) => void
}

/** One forward pass of a model in a graph. */
export interface LoweredModel {
  readonly output: Output
  /** What the dense layer takes that gives the output, [batch, width], as the layer before gave it: absent where another kind of layer gives it. */
  readonly features?: Output
  /** What each trainable variable was read as, by name: differentiate with respect to these. */
  readonly reads: ReadonlyMap<string, Output>
  /** Each adds an update of a moving average, to run with the step, where it is called: among control dependencies, say. */
  readonly updates: readonly (() => Operation)[]
  /** The last output of a layer that still has places: [batch, height, width, channels], more than one place. Absent where there is none. */
  readonly lastMap?: Output
}

type Layer = LayersModel['layers'][number]
type Node = LayersModel['nodesByDepth'][string][number]

/**
 * Adds a forward pass of a model to a graph, layer by layer.
 * @param input float32 [batch, height, width, channels]; the batch may be open
 * @throws ModelError for a layer or an option that has no counterpart in the graph
 */
export function lowerModel(
  g: GraphBuilder,
  model: Model,
  variables: Variables,
  input: Output,
  mode: LoweringMode,
): LoweredModel {
  return g.withName('model', () => {
    const image = withKnownSize(g, model, input)
    const lowering = new Lowering(g, model, variables, image, mode)
    const network = lowering.network(layersOf(model))
    const { updates, lastMap } = lowering
    return { ...network, reads: lowering.trainableReads(), updates, ...(lastMap && { lastMap }) }
  })
}

/**
 * Layers are lowered by the sizes that TensorFlow infers, which start here. An input of four axes keeps its height and
 * width, open or not: they change while training grows its images, and evaluation may see another size. The channels are
 * the model's.
 */
function withKnownSize(g: GraphBuilder, { inputShape }: Model, input: Output): Output {
  const given = g.shapeOf(input)
  const [height, width, channels] = inputShape
  if (given?.length !== 4) return g.op('EnsureShape', [input], { shape: [null, height, width, channels] })
  return given[3] === channels ? input : g.op('EnsureShape', [input], { shape: [null, given[1]!, given[2]!, channels] })
}

/** What a layer has from the models that it is nested in. */
interface Inherited {
  readonly frozen: boolean
  /** False in evaluation, and where a call says so. */
  readonly training: boolean
}

/** The state of one lowering: what was read, and what has to be updated. */
class Lowering {
  readonly updates: (() => Operation)[] = []
  lastMap: Output | undefined
  readonly #reads = new Map<string, Output>()
  /** By what each dense layer gives. */
  readonly #denseInputs = new Map<Output, Output>()
  readonly #seeds: RandomSeeds
  readonly #casts: Casts
  readonly #compute: ComputeType
  readonly #weights: ReadonlyMap<LayerVariable, VariableSpec>
  readonly #ranges: ReadonlyMap<number, RangeSpec>
  readonly #rounding: Rounding | undefined
  #batchSize: Output | undefined

  constructor(
    private readonly g: GraphBuilder,
    model: Model,
    private readonly variables: Variables,
    private readonly input: Output,
    private readonly mode: LoweringMode,
  ) {
    const { quantization } = model
    this.#seeds = new RandomSeeds(g, mode)
    this.#casts = new Casts(g)
    this.#weights = namedWeights(model)
    this.#ranges = rangesOf(model)
    this.#compute = quantization === 'off' ? (mode.compute ?? 'float32') : 'float32'
    if (quantization !== 'off')
      this.#rounding = new Rounding(g, variables, quantization, mode, (update) => this.updates.push(update))
  }

  /** From the image to float32 logits, and what the last dense layer makes them of. */
  network(model: LayersModel): Pick<LoweredModel, 'output' | 'features'> {
    const given = this.container(model, [this.#casts.to(this.#compute, this.input)], '', {
      frozen: false,
      training: this.mode.training,
    })
    const features = this.#denseInputs.get(given)
    const isVector = features && this.g.shapeOf(features)?.length === 2
    return { output: this.#casts.to('float32', given), ...(isVector && { features }) }
  }

  /** A model, or one nested in it: its nodes in the order of their depth, which is a topological one. */
  container(model: LayersModel, inputs: readonly Output[], path: string, inherited: Inherited): Output {
    const values = new Map<number, Output>(model.inputs.map((tensor, i) => [tensor.id, inputs[i]!]))
    const depths = Object.keys(model.nodesByDepth)
      .map(Number)
      .sort((a, b) => b - a)
    for (const node of depths.flatMap((depth) => model.nodesByDepth[depth]!)) {
      if (node.inputTensors.every(({ id }) => values.has(id)) && node.outputTensors.every(({ id }) => values.has(id)))
        continue
      const [result] = node.outputTensors
      const given = node.inputTensors.map(({ id }) => values.get(id)!)
      const output = this.#nodeOrRefusal(node, given, path, inherited)
      if (hasPlaces(this.g.shapeOf(output))) this.lastMap = output
      values.set(result!.id, output)
    }
    return values.get(model.outputs[0]!.id)!
  }

  #nodeOrRefusal(node: Node, ...rest: [inputs: readonly Output[], path: string, inherited: Inherited]): Output {
    try {
      return this.#node(node, ...rest)
    } catch (error) {
      if (!this.mode.onRefusal || !(error instanceof ModelError)) throw error
      this.mode.onRefusal(error.message)
      return this.g.placeholder('float32', [null, ...node.outputTensors[0]!.shape.slice(1)])
    }
  }

  #node(node: Node, inputs: readonly Output[], path: string, inherited: Inherited): Output {
    const layer = node.outboundLayer
    const name = path + layer.name
    checkCommonOptions(layer, name, node)
    const training = inherited.training && node.callArgs?.['training'] !== false
    if (isContainer(layer))
      return this.container(layer, inputs, `${name}/`, { frozen: inherited.frozen || !layer.trainable, training })
    if (this.mode.folded?.norms.has(layer)) return inputs[0]!
    const lower = layerLowerings.get(layer.getClassName())
    if (!lower) throw unknownLayer(layer, name)
    const prepared = this.#prepare(node, inputs)
    const output = this.g.withName(layer.name, () =>
      lower(this.#context(layer, name, prepared, { ...inherited, training }), prepared),
    )
    if (layer.getClassName() === 'Dense') this.#denseInputs.set(output, inputs[0]!)
    return output
  }

  /** The inputs of a layer as it takes them: rounded, or in the type that it computes in. */
  #prepare(node: Node, inputs: readonly Output[]): Output[] {
    const layer = node.outboundLayer.getClassName()
    const rounded = takesRounded(layer)
      ? inputs.map((input, i) => this.#round(node.inputTensors[i]!.id, input))
      : inputs
    const dtype = inputType(
      layer,
      inputs.map((input) => this.g.dtypeOf(input)),
      this.#compute,
    )
    return rounded.map((input) => this.#casts.to(dtype, input))
  }

  #round(tensor: number, value: Output): Output {
    const range = this.#ranges.get(tensor)
    return this.#rounding && range ? this.#rounding.activation(value, range) : value
  }

  #context(layer: Layer, name: string, inputs: readonly Output[], inherited: Inherited): LayerContext {
    const variable = (own: string) => this.#variable(layer, own)
    const folded = this.mode.folded?.convolutions.get(layer)
    return {
      g: this.g,
      layer: { type: layer.getClassName(), name },
      options: { ...layer.getConfig(), ...(folded && { useBias: true }) },
      training: inherited.training,
      frozen: inherited.frozen || isFrozen(layer),
      inputShapes: inputs.map((input) => this.g.shapeOf(input)!),
      weight: (own, like) => folded?.[own] ?? this.#weight(variable(own), like),
      cast: (value, dtype) => this.#casts.to(dtype, value),
      handle: (own) => this.variables.get(variable(own).name)!.handle,
      update: (addOperation) => this.updates.push(addOperation),
      batchSize: () => (this.#batchSize ??= this.#sizeOfBatch()),
      randomSeed: () => this.#seeds.next(name),
    }
  }

  #variable(layer: Layer, own: string): VariableSpec {
    return this.#weights.get(layer.weights.find((weight) => weightName(weight) === own)!)!
  }

  /** In the type of another value. */
  #weight(spec: VariableSpec, like: Output | undefined): Output {
    const value = this.#read(spec)
    const rounded = this.#rounding && spec.role === 'kernel' ? this.#rounding.weight(value) : value
    return like ? this.#casts.to(this.g.dtypeOf(like) as ComputeType, rounded) : rounded
  }

  /** A variable is read once, however many layers share it. */
  #read({ name }: VariableSpec): Output {
    const known = this.#reads.get(name)
    if (known) return known
    const value = readVariable(this.g, this.variables.get(name)!)
    this.#reads.set(name, value)
    return value
  }

  #sizeOfBatch(): Output {
    const shape = this.g.op('Shape', [this.input])
    return this.g.op('GatherV2', [shape, this.g.constant(0, 'int32'), this.g.constant(0, 'int32')])
  }

  /** In the model's order. */
  trainableReads(): ReadonlyMap<string, Output> {
    const trainable = [...this.#weights.values()].filter((spec) => spec.trainable)
    return new Map(
      trainable.flatMap(({ name }) => (this.#reads.has(name) ? [[name, this.#reads.get(name)!] as const] : [])),
    )
  }
}

/** Sizes that are open are more than one. */
const hasPlaces = (shape: readonly (number | null)[] | undefined | null) =>
  shape?.length === 4 && (shape[1] !== 1 || shape[2] !== 1)

function unknownLayer(layer: Layer, name: string): ModelError {
  const known = [...layerLowerings.keys()].join(', ')
  return new ModelError(
    `Layer "${name}" (${layer.getClassName()}) cannot be lowered to a TensorFlow graph; use one of ${known}.`,
  )
}

import type { layers, LayersModel, LayerVariable } from '@tensorflow/tfjs'
import { ModelError } from '../../shared/errors.ts'
import type { Tensor } from '../tensorflow/c-api/index.ts'
import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'

/** What a variable is for; `slope` is that of PReLU below zero, the two of a range are for quantisation. */
export type VariableRole =
  'kernel' | 'bias' | 'gamma' | 'beta' | 'movingMean' | 'movingVariance' | 'slope' | 'rangeMin' | 'rangeMax'

/** A float32 variable of a model. */
export interface VariableSpec {
  /** The path of the layer and the weight's own name, e.g. `stage1_block1_conv1/kernel`; the same in every process. */
  readonly name: string
  readonly shape: readonly number[]
  readonly role: VariableRole
  readonly trainable: boolean
}

/** A variable of a model in a graph. */
export interface Variable extends VariableSpec {
  /** A resource; of a frozen network the value itself. */
  readonly handle: Output
}

/** By name, in the model's order. */
export type Variables = ReadonlyMap<string, Variable>

/** The name that a tf.layers layer gave a weight of its own, e.g. `moving_mean`. */
export const weightName = (variable: LayerVariable): string => variable.originalName.split('/').at(-1)!

const roles: Readonly<Record<string, VariableRole>> = {
  kernel: 'kernel',
  depthwise_kernel: 'kernel',
  pointwise_kernel: 'kernel',
  bias: 'bias',
  gamma: 'gamma',
  beta: 'beta',
  moving_mean: 'movingMean',
  moving_variance: 'movingVariance',
  alpha: 'slope',
}

/** What a weight of tf.layers is for, by its own name. */
export const roleOf = (name: string): VariableRole | undefined => (Object.hasOwn(roles, name) ? roles[name] : undefined)

type Layer = LayersModel['layers'][number]

export const isContainer = (layer: Layer): layer is LayersModel => 'layers' in layer && 'nodesByDepth' in layer

/** Nothing in the layer may be trained, so its batch norm keeps its moving statistics. */
export function isFrozen(layer: layers.Layer): boolean {
  const own = layer.weights.filter(
    (weight) => roles[weightName(weight)] !== 'movingMean' && roles[weightName(weight)] !== 'movingVariance',
  )
  return !layer.trainable || (own.length > 0 && own.every(({ trainable }) => !trainable))
}

/** The weights of a model and of the models nested in it; one that several layers share is there once. */
export function describeVariables(model: LayersModel, path = '', frozen = false): Map<LayerVariable, VariableSpec> {
  const found = new Map<LayerVariable, VariableSpec>()
  for (const layer of model.layers) {
    const layerPath = path + layer.name
    const inside = isContainer(layer)
      ? describeVariables(layer, `${layerPath}/`, frozen || !layer.trainable)
      : ownVariables(layer, layerPath, frozen)
    for (const [variable, spec] of inside) if (!found.has(variable)) found.set(variable, spec)
  }
  return found
}

function ownVariables(layer: Layer, path: string, frozen: boolean): Map<LayerVariable, VariableSpec> {
  return new Map(
    layer.weights.map((variable) => {
      const name = weightName(variable)
      const role = roleOf(name)
      if (!role)
        throw new ModelError(
          `Layer "${path}" (${layer.getClassName()}) has a weight "${name}", and no layer that can be lowered has one; leave it out.`,
        )
      const trainable = variable.trainable && layer.trainable && !frozen
      return [variable, { name: `${path}/${name}`, shape: variable.shape as number[], role, trainable }]
    }),
  )
}

/** The value of a variable, float32. */
export const readVariable = (g: GraphBuilder, { handle }: Variable): Output =>
  g.dtypeOf(handle) === 'resource' ? g.op('ReadVariableOp', [handle], { dtype: 'float32' }) : handle

/** A model's variables as constants, for a network that is not trained any more. @param values by name; disposed here */
export function declareConstants(
  g: GraphBuilder,
  model: { readonly variables: readonly VariableSpec[] },
  values: ReadonlyMap<string, Tensor>,
): Variables {
  return new Map(
    model.variables.map((spec) => [
      spec.name,
      { ...spec, handle: g.constantTensor(values.get(spec.name)!, spec.name) },
    ]),
  )
}

/** Makes the model's variables in a graph, once; every lowering of the model shares them. */
export function declareVariables(g: GraphBuilder, model: { readonly variables: readonly VariableSpec[] }): Variables {
  return new Map(
    model.variables.map((spec) => {
      const handle = g.op('VarHandleOp', [], { dtype: 'float32', shape: spec.shape, shared_name: spec.name }, spec.name)
      return [spec.name, { ...spec, handle }]
    }),
  )
}

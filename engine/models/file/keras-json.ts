import { z } from 'zod'
import { ModelError } from '../../../shared/errors.ts'

export type Config = Record<string, unknown>

/** A layer, or a model among layers, as Keras 2 and tf.layers write it. */
export interface LayerJson {
  class_name: string
  name: string
  /** Some of its names mean other functions. */
  readonly isKeras3: boolean
  config: Config
  /** For each use of the layer, what it takes: [layer, use, output, arguments]. Not in a sequential model. */
  inbound_nodes?: unknown[][]
}

export interface ModelJson extends LayerJson {
  config: Config & { layers: LayerJson[] }
}

const layer = z.looseObject({
  class_name: z.string(),
  config: z.looseObject({}),
  inbound_nodes: z.array(z.unknown()).nullish(),
})
const container = z.looseObject({ layers: z.array(layer).min(1) })

/** Layer, use of it, and output. */
const history = z.tuple([z.string(), z.int(), z.int()])
type History = z.output<typeof history>
/** How Keras 3, and only it, writes a precision. */
const policy = z.looseObject({ class_name: z.literal('DTypePolicy') })

const containers: ReadonlySet<string> = new Set(['Model', 'Functional', 'Sequential'])

export const isModel = (json: LayerJson): json is ModelJson => containers.has(json.class_name)

/**
 * A network in the form of Keras 2, which tf.layers reads, from any of the forms that Keras 2 and 3 and tf.layers write.
 * Throws `ModelError` where it is none of these.
 */
export function parseModelJson(value: unknown): ModelJson {
  const parsed = layer.safeParse(typeof value === 'string' ? JSON.parse(value) : withLayers(value))
  if (!parsed.success || !containers.has(unqualified(parsed.data.class_name)))
    throw new ModelError(
      'The model file holds no network that is a Model, Functional or Sequential; save the whole model.',
    )
  return parseLayer(parsed.data) as ModelJson
}

/** The first Keras 2 wrote the layers of a sequential model without a name for it. */
const withLayers = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'config' in value && Array.isArray(value.config)
    ? { ...value, config: { layers: value.config } }
    : value

/** Keras writes `package>name` for classes that were registered with it. */
const unqualified = (className: string): string => className.slice(className.lastIndexOf('>') + 1)

/** @param models the names of the models among the layers beside it */
function parseLayer(json: z.output<typeof layer>, models: ReadonlySet<unknown> = new Set(), place = 0): LayerJson {
  const class_name = unqualified(json.class_name)
  const name = typeof json.config['name'] === 'string' ? json.config['name'] : `${class_name.toLowerCase()}_${place}`
  const inbound = json.inbound_nodes
    ? { inbound_nodes: json.inbound_nodes.map((node) => inboundNode(node, models)) }
    : {}
  const config: Config = { ...json.config, name }
  const isKeras3 = policy.safeParse(config['dtype']).success
  // Precision is the recipe's.
  delete config['dtype']
  if (containers.has(class_name)) return { class_name, name, isKeras3, config: parseContainer(config), ...inbound }
  if (class_name === 'InputLayer' && config['batch_shape']) config['batch_input_shape'] = config['batch_shape']
  return { class_name, name, isKeras3, config, ...inbound }
}

function parseContainer(config: Config): ModelJson['config'] {
  const parsed = container.safeParse(config)
  if (!parsed.success)
    throw new ModelError(
      `The model file tells nothing of the layers of "${String(config['name'])}"; save the whole model.`,
    )
  const models = new Set(
    parsed.data.layers
      .filter(({ class_name }) => containers.has(unqualified(class_name)))
      .map((value) => value.config['name']),
  )
  const layers = parsed.data.layers.map((value, i) => parseLayer(value, models, i))
  return {
    ...config,
    ...tensorList(config, 'input_layers', models),
    ...tensorList(config, 'output_layers', models),
    layers,
  }
}

/** Keras 2 counts the making of a model as its first use, Keras 3 does not. */
const usedTensor = ([name, use, output]: History, models: ReadonlySet<unknown>): History => [
  name,
  models.has(name) ? use + 1 : use,
  output,
]

/** Keras 3 writes one [layer, use, output] where Keras 2 has a list of them. */
function tensorList(config: Config, key: string, models: ReadonlySet<unknown>): Config {
  const single = history.safeParse(config[key])
  return single.success ? { [key]: [usedTensor(single.data, models)] } : {}
}

/** Of Keras 3, a tensor that a layer takes. */
const tensor = z.object({
  class_name: z.literal('__keras_tensor__'),
  config: z.looseObject({ keras_history: history }),
})
const call = z.looseObject({ args: z.array(z.unknown()), kwargs: z.record(z.string(), z.unknown()).default({}) })

/**
 * Keras 3 writes the arguments of the call, Keras 2 a list of what is taken. Arguments that are null are none, and whoever
 * trains a model of Keras 3 decides anew on its argument `training`.
 */
function inboundNode(node: unknown, models: ReadonlySet<unknown>): unknown[] {
  const parsed = call.safeParse(node)
  if (!parsed.success) return Array.isArray(node) ? node.map(withoutNulls) : []
  const kwargs = Object.fromEntries(
    Object.entries(parsed.data.kwargs).filter(([name, value]) => value !== null && name !== 'training'),
  )
  return parsed.data.args.flat().flatMap((arg) => {
    const taken = tensor.safeParse(arg)
    return taken.success ? [[...usedTensor(taken.data.config.keras_history, models), kwargs]] : []
  })
}

function withoutNulls(taken: unknown): unknown {
  if (!Array.isArray(taken) || typeof taken[3] !== 'object' || taken[3] === null) return taken
  return [
    ...(taken as unknown[]).slice(0, 3),
    Object.fromEntries(Object.entries(taken[3] as object).filter(([, value]) => value !== null)),
  ]
}

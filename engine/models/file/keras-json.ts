import { z } from 'zod'
import { ModelError } from '../../../shared/errors.ts'

export type Config = Record<string, unknown>

/** A layer, or a model among layers, as Keras 2 and tf.layers write it. */
export interface LayerJson {
  class_name: string
  name: string
  /** Only Keras 3 writes where a class is from. */
  readonly isKeras3: boolean
  config: Config
  /** For each use of the layer, what it takes: [layer, use, output, arguments]. Not in a sequential model. */
  inbound_nodes?: unknown[][]
}

export interface ModelJson extends LayerJson {
  config: Config & { layers: LayerJson[] }
}

const layer = z.looseObject({ class_name: z.string(), module: z.string().nullish(), config: z.looseObject({}), inbound_nodes: z.array(z.unknown()).nullish() })
const container = z.looseObject({ layers: z.array(layer).min(1) })

const containers: ReadonlySet<string> = new Set(['Model', 'Functional', 'Sequential'])

export const isModel = (json: LayerJson): json is ModelJson => containers.has(json.class_name)

/**
 * A network in the form of Keras 2, which tf.layers reads, from any of the forms that Keras 2 and 3 and tf.layers write.
 * Throws `ModelError` where it is none of these.
 */
export function parseModelJson(value: unknown): ModelJson {
  const parsed = layer.safeParse(typeof value === 'string' ? JSON.parse(value) : withLayers(value))
  if (!parsed.success || !containers.has(unqualified(parsed.data.class_name)))
    throw new ModelError('The model file holds no network that is a Model, Functional or Sequential; save the whole model.')
  return parseLayer(parsed.data) as ModelJson
}

/** The first Keras 2 wrote the layers of a sequential model without a name for it. */
const withLayers = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'config' in value && Array.isArray(value.config) ? { ...value, config: { layers: value.config } } : value

/** Keras writes `package>name` for classes that were registered with it. */
const unqualified = (className: string): string => className.slice(className.lastIndexOf('>') + 1)

function parseLayer(json: z.output<typeof layer>, place = 0): LayerJson {
  const class_name = unqualified(json.class_name)
  const name = typeof json.config['name'] === 'string' ? json.config['name'] : `${class_name.toLowerCase()}_${place}`
  const inbound = json.inbound_nodes ? { inbound_nodes: json.inbound_nodes.map(inboundNode) } : {}
  const config: Config = { ...json.config, name }
  const isKeras3 = typeof json.module === 'string'
  // Precision is the recipe's.
  delete config['dtype']
  if (containers.has(class_name)) return { class_name, name, isKeras3, config: parseContainer(config), ...inbound }
  if (class_name === 'InputLayer' && config['batch_shape']) config['batch_input_shape'] = config['batch_shape']
  return { class_name, name, isKeras3, config, ...inbound }
}

function parseContainer(config: Config): ModelJson['config'] {
  const parsed = container.safeParse(config)
  if (!parsed.success) throw new ModelError(`The model file tells nothing of the layers of "${String(config['name'])}"; save the whole model.`)
  const layers = parsed.data.layers.map((value, i) => parseLayer(value, i))
  const lists = { ...tensorList(config, 'input_layers'), ...tensorList(config, 'output_layers') }
  countOwnUses(layers, lists['output_layers'])
  return { ...config, ...lists, layers }
}

/** The first use of a model among layers is its own making in Keras 2, and in Keras 3 its first place among them. */
function countOwnUses(layers: readonly LayerJson[], outputs: unknown): void {
  const models = new Set(layers.filter((json) => json.isKeras3 && isModel(json)).map(({ name }) => name))
  const taken = [outputs ?? [], ...layers.flatMap(({ inbound_nodes = [] }) => inbound_nodes)].flat() as [string, number][]
  for (const tensor of taken) if (models.has(tensor[0])) tensor[1] += 1
}

/** Keras 3 writes one [layer, use, output] where Keras 2 has a list of them. */
function tensorList(config: Config, key: string): Config {
  const value = config[key]
  return Array.isArray(value) && typeof value[0] === 'string' ? { [key]: [value] } : {}
}

/** Of Keras 3, a tensor that a layer takes. */
const tensor = z.object({ class_name: z.literal('__keras_tensor__'), config: z.looseObject({ keras_history: z.tuple([z.string(), z.int(), z.int()]) }) })
const call = z.looseObject({ args: z.array(z.unknown()), kwargs: z.record(z.string(), z.unknown()).default({}) })

/**
 * Keras 3 writes the arguments of the call, Keras 2 a list of what is taken. Arguments that are null are none, and whoever
 * trains a model of Keras 3 decides anew on its argument `training`.
 */
function inboundNode(node: unknown): unknown[] {
  const parsed = call.safeParse(node)
  if (!parsed.success) return Array.isArray(node) ? node.map(withoutNulls) : []
  const kwargs = Object.fromEntries(Object.entries(parsed.data.kwargs).filter(([name, value]) => value !== null && name !== 'training'))
  return parsed.data.args.flat().flatMap((arg) => {
    const taken = tensor.safeParse(arg)
    return taken.success ? [[...taken.data.config.keras_history, kwargs]] : []
  })
}

function withoutNulls(taken: unknown): unknown {
  if (!Array.isArray(taken) || typeof taken[3] !== 'object' || taken[3] === null) return taken
  return [...(taken as unknown[]).slice(0, 3), Object.fromEntries(Object.entries(taken[3] as object).filter(([, value]) => value !== null))]
}

import { z } from 'zod'
import { ModelError } from '../../../shared/errors.ts'
import { readCall, readTaken, type Call, type Operand, type Taken } from './keras-calls.ts'
import type { Writer } from './read-model-file.ts'

export type Config = Record<string, unknown>

/** A layer, or a model among layers, under the names of Keras 2 and tf.layers. */
export interface LayerJson {
  class_name: string
  name: string
  /** Where Keras keeps the class. */
  readonly module: string
  readonly writer: Writer
  config: Config
  /** Every use of the layer. None in a sequential model. */
  calls: readonly Call[]
}

export interface ModelJson extends LayerJson {
  config: Config & { layers: LayerJson[]; input_layers?: Taken[]; output_layers?: Taken[] }
}

const layer = z.looseObject({
  class_name: z.string(),
  module: z.string().nullish(),
  config: z.looseObject({}),
  inbound_nodes: z.array(z.unknown()).nullish(),
})
const container = z.looseObject({ layers: z.array(layer).min(1) })

const containers: ReadonlySet<string> = new Set(['Model', 'Functional', 'Sequential'])

export const isModel = (json: LayerJson): json is ModelJson => containers.has(json.class_name)

/**
 * A network from any of the forms that Keras 2 and 3 and tf.layers write.
 * Throws `ModelError` where it is none of these.
 */
export function parseModelJson(value: unknown, writer: Writer): ModelJson {
  const parsed = layer.safeParse(withLayers(typeof value === 'string' ? fromText(value) : value))
  if (!parsed.success || !containers.has(unqualified(parsed.data.class_name)))
    throw new ModelError(
      'The model file holds no network that is a Model, Functional or Sequential; save the whole model.',
    )
  return parseLayer(parsed.data, writer) as ModelJson
}

/** The converter of Keras files may keep the network as text. */
function fromText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The first Keras 2 wrote the layers of a sequential model without a name for it. */
const withLayers = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'config' in value && Array.isArray(value.config)
    ? { ...value, config: { layers: value.config } }
    : value

/** Keras writes `package>name` for classes that were registered with it. */
const unqualified = (className: string): string => className.slice(className.lastIndexOf('>') + 1)

function parseLayer(json: z.output<typeof layer>, writer: Writer, place = 0): LayerJson {
  const class_name = unqualified(json.class_name)
  const name = typeof json.config['name'] === 'string' ? json.config['name'] : `${class_name.toLowerCase()}_${place}`
  const calls = (json.inbound_nodes ?? []).map(readCall)
  const config: Config = { ...json.config, name }
  // Precision is the recipe's.
  delete config['dtype']
  if (class_name === 'InputLayer' && config['batch_shape']) config['batch_input_shape'] = config['batch_shape']
  const parsed = { class_name, name, module: json.module ?? '', writer, config, calls }
  return containers.has(class_name) ? { ...parsed, config: parseContainer(config, writer) } : parsed
}

function parseContainer(config: Config, writer: Writer): ModelJson['config'] {
  const parsed = container.safeParse(config)
  if (!parsed.success)
    throw new ModelError(
      `The model file tells nothing of the layers of "${String(config['name'])}"; save the whole model.`,
    )
  const layers = parsed.data.layers.map((value, i) => parseLayer(value, writer, i))
  const uses = new Uses(layers, writer)
  for (const json of layers) json.calls = json.calls.map((call) => uses.ofCall(call))
  return {
    ...config,
    ...tensorList(config, 'input_layers', uses),
    ...tensorList(config, 'output_layers', uses),
    layers,
  }
}

/** Which use of a layer is meant, as tf.layers numbers them. */
class Uses {
  readonly #layers: ReadonlyMap<string, LayerJson>

  constructor(
    layers: readonly LayerJson[],
    private readonly writer: Writer,
  ) {
    this.#layers = new Map(layers.map((json) => [json.name, json]))
  }

  /**
   * Keras 2 counts the making of a model as its first use, Keras 3 does not. Keras 3 may number the only use that a file
   * has by others that were outside of the model.
   */
  of([name, use, output]: Taken): Taken {
    const json = this.#layers.get(name)
    if (this.writer !== 'keras-3' || !json) return [name, use, output]
    const meant = json.calls.length === 1 ? 0 : use
    return [name, isModel(json) ? meant + 1 : meant, output]
  }

  ofCall = ({ operands, options }: Call): Call => ({
    operands: operands.map((operand): Operand => ('tensor' in operand ? { tensor: this.of(operand.tensor) } : operand)),
    options,
  })
}

/**
 * What a model takes or gives. One tensor may stand without a list around it, and tensors that have names by these.
 */
function tensorList(config: Config, key: string, uses: Uses): Config {
  const value = config[key]
  if (value === undefined || value === null) return {}
  const one = readTaken(value)
  const all = one ? [one] : Object.values(value).map((entry) => readTaken(entry) ?? readTaken([entry].flat(1)))
  if (!all.every((taken) => taken !== undefined))
    throw new ModelError(
      `The model file has ${key} of "${String(config['name'])}" that are no list of layers; save the whole model anew.`,
    )
  return { [key]: all.map((taken) => uses.of(taken)) }
}

import { adaptLayer, callProblems } from './adapt-layer.ts'
import type { Taken } from './keras-calls.ts'
import { isModel, type Config, type LayerJson, type ModelJson } from './keras-json.ts'

export interface Adapted {
  /** What tf.layers can read. */
  readonly topology: ModelJson
  /** Every layer that cannot be lowered, with the reason: `Layer "a/b" (Class) has ...`. */
  readonly problems: readonly string[]
}

export interface Adaptation {
  /** Takes the place of a height and width that the file leaves open. */
  readonly imageSize: number
  /** Of the initializers that draw. */
  readonly seed: number
}

/** Fits a model of Keras to tf.layers. What it is given is changed. */
export function adaptModel(topology: ModelJson, adaptation: Adaptation): Adapted {
  const problems: string[] = []
  let place = 0
  const adapt = (model: ModelJson, path: string): void => {
    if (model.class_name === 'Sequential') giveInputShape(model)
    for (const json of model.config.layers) {
      const name = path + json.name
      const told = isModel(json) ? [...severalOutputs(json), ...callProblems(json)] : adaptLayer(json)
      problems.push(...told.map((problem) => `Layer "${name}" (${json.class_name}) ${problem}`))
      if (isModel(json)) adapt(json, `${name}/`)
      closeShape(json.config, adaptation.imageSize)
      place = seedInitializers(json.config, adaptation.seed, place)
    }
  }
  adapt(topology, '')
  const several = severalInputs(topology)
  problems.push(...(several.length > 0 ? several : leaveLogits(topology, '')))
  writeNodes(topology)
  return { topology, problems }
}

/** A network of ours takes one image and gives one vector. */
function severalInputs({ name, class_name, config }: ModelJson): string[] {
  const told = (tensors: readonly Taken[] | undefined, what: string) =>
    tensors && tensors.length !== 1
      ? [
          `Model "${name}" (${class_name}) has ${tensors.length} ${what} (${tensors.map(([layer]) => layer).join(', ')})`,
        ]
      : []
  return [...told(config.input_layers, 'inputs'), ...told(config.output_layers, 'outputs')]
}

const severalOutputs = ({ config: { output_layers } }: ModelJson): string[] =>
  output_layers && output_layers.length !== 1
    ? [`has ${output_layers.length} outputs (${output_layers.map(([layer]) => layer).join(', ')})`]
    : []

/** A sequential model may tell its input beside its layers. */
function giveInputShape({ config }: ModelJson): void {
  const [first] = config.layers
  if (first && !isModel(first) && !first.config['batch_input_shape'] && Array.isArray(config['build_input_shape']))
    first.config['batch_input_shape'] = config['build_input_shape']
}

/** The uses of every layer in the form that tf.layers reads. */
function writeNodes({ config }: ModelJson): void {
  for (const json of config.layers) {
    const nodes = json.calls.map(({ operands, options }) =>
      operands.flatMap((operand) => ('tensor' in operand ? [[...operand.tensor, options]] : [])),
    )
    Object.assign(json, { inbound_nodes: nodes })
    if (isModel(json)) writeNodes(json)
  }
}

/** An open height or width becomes that of the recipe's images. */
function closeShape(config: Config, imageSize: number): void {
  const shape: unknown = config['batch_input_shape']
  if (!Array.isArray(shape) || shape.length !== 4) return
  const [batch, height, width, channels] = shape as unknown[]
  config['batch_input_shape'] = [batch, height ?? imageSize, width ?? imageSize, channels]
}

/** Kernels are drawn by our own rule; whatever else is drawn has a seed. */
function seedInitializers(config: Config, seed: number, place: number): number {
  let next = place
  for (const [option, value] of Object.entries(config)) {
    if (!option.endsWith('_initializer')) continue
    if (/^(kernel|depthwise|pointwise)_/.test(option)) config[option] = { class_name: 'Zeros', config: {} }
    else if (typeof value === 'object' && value !== null && 'config' in value)
      config[option] = { ...value, config: { ...(value.config as Config), ...seedOf(value, seed + next++) } }
  }
  return next
}

const seedOf = (initializer: object, seed: number): Config =>
  'class_name' in initializer && /^(Zeros|Ones|Constant|Identity)$/.test(String(initializer.class_name)) ? {} : { seed }

/**
 * The loss takes logits: a softmax or sigmoid at the end is left out.
 * @returns what is wrong where the layer that ends in it is used in another place too
 */
function leaveLogits(model: ModelJson, path: string): string[] {
  const last = outputLayer(model)
  if (!last) return []
  const name = path + last.name
  if (isModel(last)) {
    const isEnding = endsInShares(last)
    return isEnding && last.calls.length > 1 ? [usedTwice(name, last)] : leaveLogits(last, `${name}/`)
  }
  if (!isOfShares(last)) return []
  if (last.calls.length > 1) return [usedTwice(name, last)]
  if (last.class_name === 'Softmax') {
    last.class_name = 'Activation'
    last.config = { name: last.name, activation: 'linear' }
  } else last.config['activation'] = 'linear'
  return []
}

const usedTwice = (name: string, { class_name, calls }: LayerJson) =>
  `Layer "${name}" (${class_name}) ends the network with a softmax or sigmoid, which is left out, and is used ${calls.length} times`

/** Whether what it gives are shares of the classes in place of logits. */
const isOfShares = ({ class_name, config }: LayerJson): boolean =>
  class_name === 'Softmax' || config['activation'] === 'softmax' || config['activation'] === 'sigmoid'

function endsInShares(model: ModelJson): boolean {
  const last = outputLayer(model)
  return last !== undefined && (isModel(last) ? endsInShares(last) : isOfShares(last))
}

function outputLayer({ class_name, config }: ModelJson): LayerJson | undefined {
  if (class_name === 'Sequential') return config.layers.at(-1)
  return config.layers.find(({ name }) => name === config.output_layers?.[0]?.[0])
}

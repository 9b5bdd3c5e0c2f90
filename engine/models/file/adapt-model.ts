import { adaptLayer } from './adapt-layer.ts'
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
      if (isModel(json)) adapt(json, `${name}/`)
      else problems.push(...adaptLayer(json).map((problem) => `Layer "${name}" (${json.class_name}) ${problem}`))
      problems.push(
        ...argumentsOf(json).map(
          (argument) => `Layer "${name}" (${json.class_name}) has the argument ${argument} in its call`,
        ),
      )
      closeShape(json.config, adaptation.imageSize)
      place = seedInitializers(json.config, adaptation.seed, place)
    }
  }
  adapt(topology, '')
  leaveLogits(topology)
  return { topology, problems }
}

/** A sequential model may tell its input beside its layers. */
function giveInputShape({ config }: ModelJson): void {
  const [first] = config.layers
  if (first && !isModel(first) && !first.config['batch_input_shape'] && Array.isArray(config['build_input_shape']))
    first.config['batch_input_shape'] = config['build_input_shape']
}

function argumentsOf({ inbound_nodes = [] }: LayerJson): string[] {
  const named = inbound_nodes
    .flat()
    .flatMap((taken) => (Array.isArray(taken) ? Object.keys((taken[3] as object | undefined) ?? {}) : []))
  return [...new Set(named)]
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

/** The loss takes logits: a softmax or sigmoid at the end is left out. */
function leaveLogits(model: ModelJson): void {
  const last = outputLayer(model)
  if (!last) return
  if (isModel(last)) return leaveLogits(last)
  if (last.class_name === 'Softmax') {
    last.class_name = 'Activation'
    last.config = { name: last.name, activation: 'linear' }
  } else if (last.config['activation'] === 'softmax' || last.config['activation'] === 'sigmoid')
    last.config['activation'] = 'linear'
}

function outputLayer({ class_name, config }: ModelJson): LayerJson | undefined {
  if (class_name === 'Sequential') return config.layers.at(-1)
  const [output] = config['output_layers'] as unknown[][]
  return config.layers.find(({ name }) => name === output?.[0])
}

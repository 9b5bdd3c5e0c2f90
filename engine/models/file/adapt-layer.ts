import { activationNames } from '../lowering/activations.ts'
import { layerLowerings } from '../lowering/registry.ts'
import type { Config, LayerJson } from './keras-json.ts'

/** Where Keras and tf.layers have different names. */
const activationAliases: Readonly<Record<string, string>> = { silu: 'swish', log_softmax: 'logSoftmax' }
/** Keras 3 has another function of the name. */
const keras2Aliases: typeof activationAliases = { ...activationAliases, hard_sigmoid: 'hardSigmoid' }

/** Of Keras 3, and of the layers of Keras' own ConvNeXt. */
const optionAliases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  LayerScale: { init_values: 'initial' },
  LeakyReLU: { negative_slope: 'alpha' },
  StochasticDepth: { drop_path_rate: 'rate' },
}

/** Options that tf.layers does not know and would pass over, and the values of them that change nothing. */
const passedOver: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>> = {
  BatchNormalization: { renorm: [false] },
  GlobalAveragePooling2D: { keepdims: [false] },
  GlobalMaxPooling2D: { keepdims: [false] },
  LayerNormalization: { rms_scaling: [false] },
  ReLU: { negative_slope: [0], threshold: [0] },
  SeparableConv2D: { groups: [1] },
  DepthwiseConv2D: { groups: [1] },
}

/**
 * Fits a layer of Keras to tf.layers, in place.
 * @returns what it has that cannot be lowered, each as "has ..."
 */
export function adaptLayer(json: LayerJson): string[] {
  if (json.class_name === 'InputLayer') return []
  rename(json)
  if (!layerLowerings.has(json.class_name)) return ['is of a class that cannot be lowered']
  const { config } = json
  return [
    ...adaptActivation(config, json.isKeras3 ? activationAliases : keras2Aliases),
    ...dropOptions(config),
    ...optionsPassedOver(json),
  ]
}

/** The same under the name that tf.layers, or we, have for it. */
function rename(json: LayerJson): void {
  const { config } = json
  if (json.class_name === 'Conv2D' && Number(config['groups'] ?? 1) > 1) json.class_name = 'GroupedConv2D'
  if (Array.isArray(config['axis']) && config['axis'].length === 1) config['axis'] = (config['axis'] as unknown[])[0]
  for (const [option, ours] of Object.entries(optionAliases[json.class_name] ?? {})) config[ours] ??= config[option]
}

function adaptActivation(config: Config, aliases: typeof activationAliases): string[] {
  const { activation } = config
  if (activation === undefined || activation === null) return []
  const name = typeof activation === 'string' ? (aliases[activation] ?? activation) : undefined
  if (name !== undefined && activationNames.includes(name)) {
    config['activation'] = name
    return []
  }
  config['activation'] = 'linear'
  return [`has the activation ${JSON.stringify(activation)}`]
}

/** Removes what the recipe decides, or nobody can. */
function dropOptions(config: Config): string[] {
  const problems: string[] = []
  for (const [option, value] of Object.entries(config)) {
    if (/_(regularizer|constraint)$/.test(option) && value) problems.push(`has a ${option}`)
    if (/_(regularizer|constraint)$/.test(option)) delete config[option]
    if (option === 'data_format' && value === 'channels_first') problems.push('has its channels first')
  }
  return problems
}

function optionsPassedOver({ class_name, config }: LayerJson): string[] {
  const dilated = class_name === 'GroupedConv2D' && [config['dilation_rate'] ?? 1].flat().some((rate) => rate !== 1)
  const known = Object.entries(passedOver[class_name] ?? {})
  const changed = known.filter(
    ([option, harmless]) =>
      config[option] !== undefined && config[option] !== null && !harmless.includes(config[option]),
  )
  return [
    ...changed.map(([option]) => `has ${option} ${JSON.stringify(config[option])}`),
    ...(dilated ? ['has groups and a dilation'] : []),
  ]
}

import { activationNames } from '../lowering/activations.ts'
import { layerLowerings } from '../lowering/registry.ts'
import type { Config, LayerJson } from './keras-json.ts'
import { adaptOperation, isOperation, short } from './operations.ts'
import { optionsPassedOver } from './passed-over.ts'

/** Where Keras and tf.layers have different names. */
const activationAliases: Readonly<Record<string, string>> = { silu: 'swish', log_softmax: 'logSoftmax' }
/** Keras 3 has another function of the name: relu6(x + 3) / 6 in place of 0.2 x + 0.5 between 0 and 1. */
const earlierAliases: typeof activationAliases = { ...activationAliases, hard_sigmoid: 'hardSigmoid' }

/** Of Keras 3, and of the layers of Keras' own ConvNeXt. */
const optionAliases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  LayerScale: { init_values: 'initial' },
  LeakyReLU: { negative_slope: 'alpha' },
  StochasticDepth: { drop_path_rate: 'rate' },
}

/** Written by Keras for layers whose kernels have other names, and read by nobody. */
const unread: Readonly<Record<string, RegExp>> = {
  DepthwiseConv2D: /^kernel_(initializer|regularizer|constraint)$/,
  SeparableConv2D: /^kernel_(initializer|regularizer|constraint)$/,
}

/**
 * Fits a layer of Keras to tf.layers, in place.
 * @returns what it has that cannot be lowered, each as "has ..." or "is ..."
 */
export function adaptLayer(json: LayerJson): string[] {
  if (json.class_name === 'InputLayer') return []
  if (isOperation(json)) {
    const problems = adaptOperation(json)
    if (problems.length > 0) return problems
  }
  if (!layerLowerings.has(json.class_name)) return ['is of a class that cannot be lowered']
  rename(json)
  const { config } = json
  return [
    ...adaptActivation(config, json.writer === 'keras-3' ? activationAliases : earlierAliases),
    ...dropOptions(config),
    ...optionsPassedOver(json),
    ...dilatedGroups(json),
    ...callProblems(json),
  ]
}

/** What is in its calls besides tensors; `training` may be false: it then works as in evaluation. */
export function callProblems({ calls }: LayerJson): string[] {
  const constants = calls.flatMap(({ operands }) =>
    operands.flatMap((operand) => ('constant' in operand ? [`takes ${short(operand.constant)} in its call`] : [])),
  )
  const named = calls.flatMap(({ options }) =>
    Object.entries(options).flatMap(([name, value]) =>
      name === 'training' && value === false ? [] : [`has the argument ${name} ${short(value)} in its call`],
    ),
  )
  return [...new Set([...constants, ...named])]
}

/** The same under the name that tf.layers, or we, have for it. */
function rename(json: LayerJson): void {
  const { config } = json
  if (json.class_name === 'Conv2D' && Number(config['groups'] ?? 1) > 1) json.class_name = 'GroupedConv2D'
  if (Array.isArray(config['axis']) && config['axis'].length === 1) config['axis'] = (config['axis'] as unknown[])[0]
  for (const [option, ours] of Object.entries(optionAliases[json.class_name] ?? {})) {
    config[ours] ??= config[option]
    delete config[option]
  }
  for (const option of Object.keys(config)) if (unread[json.class_name]?.test(option)) delete config[option]
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
  return [`has the activation ${className(activation) ?? short(activation)}`]
}

/** Of a layer in the place of an activation. */
const className = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && 'class_name' in value && typeof value.class_name === 'string'
    ? value.class_name
    : undefined

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

/** Our own layer of groups has none. */
function dilatedGroups({ class_name, config }: LayerJson): string[] {
  const dilated = class_name === 'GroupedConv2D' && [config['dilation_rate'] ?? 1].flat().some((rate) => rate !== 1)
  return dilated ? ['has groups and a dilation'] : []
}

import type { Call, Taken } from './keras-calls.ts'
import type { Config, LayerJson } from './keras-json.ts'

/** The classes of Keras 2 for what was computed without a layer. */
const lambdas: ReadonlySet<string> = new Set(['TFOpLambda', 'SlicingOpLambda', 'ClassMethod', 'InstanceMethod'])

/** Whether it is no layer but an operation, such as `x * 2`: some have the name of a layer. */
export const isOperation = ({ class_name, module }: LayerJson): boolean =>
  lambdas.has(class_name) || /^keras\.(src\.)?ops\b/.test(module)

/** By one name in Keras 2 and 3: `math.truediv` and `TrueDivide`. */
const names: Readonly<Record<string, string>> = {
  'math.truediv': 'divide',
  TrueDivide: 'divide',
  '__operators__.add': 'add',
}
function nameOf({ class_name, config }: LayerJson): string {
  const given = config['function']
  const own = lambdas.has(class_name) && typeof given === 'string' ? given : class_name
  return ownOf(names, own) ?? own.slice(own.lastIndexOf('.') + 1).toLowerCase()
}

/** Operations of one tensor that an activation computes. */
const activations: ReadonlySet<string> = new Set([
  'relu',
  'relu6',
  'selu',
  'sigmoid',
  'silu',
  'softplus',
  'softsign',
  'tanh',
])
/** Operations of two tensors that a layer computes. */
const merges: Readonly<Record<string, string>> = {
  add: 'Add',
  maximum: 'Maximum',
  minimum: 'Minimum',
  multiply: 'Multiply',
}

/** Of x: x * scale + offset. */
interface Linear {
  readonly scale: number
  readonly offset: number
}

/** With the constant behind the tensor, or before it. */
const linear: Readonly<Record<string, (constant: number, isFirst: boolean) => Linear | undefined>> = {
  add: (c) => ({ scale: 1, offset: c }),
  subtract: (c, isFirst) => (isFirst ? { scale: -1, offset: c } : { scale: 1, offset: -c }),
  multiply: (c) => ({ scale: c, offset: 0 }),
  divide: (c, isFirst) => (isFirst || c === 0 ? undefined : { scale: 1 / c, offset: 0 }),
}

interface Layer {
  readonly class_name: string
  readonly options: Config
  readonly takes: readonly Taken[]
}

/**
 * Puts the layer in the place of an operation that computes the same.
 * @returns what it is, where there is none, as "is ..."
 */
export function adaptOperation(json: LayerJson): string[] {
  const [call, ...others] = json.calls
  const made = call && others.length === 0 ? layerOf(json, call) : undefined
  if (!made)
    return [`is the operation "${nameOf(json)}"${call ? withWhat(call) : ''}, of which no layer computes the same`]
  json.class_name = made.class_name
  json.config = { name: json.name, ...made.options }
  json.calls = [{ operands: made.takes.map((tensor) => ({ tensor })), options: {} }]
  return []
}

function layerOf(json: LayerJson, call: Call): Layer | undefined {
  const name = nameOf(json)
  const operands = operandsOf(call)
  const tensors = operands?.flatMap((operand) => (operand.tensor ? [operand.tensor] : [])) ?? []
  const own = Object.keys(json.config).filter((key) => !['name', 'trainable', 'function', 'dtype'].includes(key))
  const isPure = operands !== undefined && tensors.length === operands.length
  if (isPure && name === 'concatenate' && own.join() === 'axis')
    return { class_name: 'Concatenate', options: { axis: json.config['axis'] }, takes: tensors }
  if (own.length > 0) return undefined
  if (isPure && tensors.length === 2) return ofTwoTensors(name, tensors)
  return operands && tensors.length === 1 ? ofOneTensor(name, operands, tensors[0]!) : undefined
}

function ofTwoTensors(name: string, takes: readonly Taken[]): Layer | undefined {
  const class_name = ownOf(merges, name)
  return class_name === undefined ? undefined : { class_name, options: {}, takes }
}

function ofOneTensor(name: string, operands: readonly Known[], tensor: Taken): Layer | undefined {
  const constant = operands.find((operand) => !operand.tensor)?.constant
  if (operands.length === 1 && activations.has(name))
    return { class_name: 'Activation', options: { activation: name }, takes: [tensor] }
  const scaled =
    name === 'negative' && operands.length === 1
      ? { scale: -1, offset: 0 }
      : constant !== undefined && operands.length === 2
        ? ownOf(linear, name)?.(constant, !operands[0]!.tensor)
        : undefined
  return scaled && { class_name: 'Rescaling', options: { ...scaled }, takes: [tensor] }
}

interface Known {
  readonly tensor?: Taken
  readonly constant?: number
}

/** Keras 2 names the second operand y. Nothing where one is neither a tensor nor a single number, or there is more. */
function operandsOf({ operands, options: { y, ...others } }: Call): Known[] | undefined {
  if (Object.keys(others).length > 0) return undefined
  const second = y === undefined ? [] : [isTaken(y) ? { tensor: y } : { constant: y }]
  const known = [...operands, ...second].map((operand): Known | undefined => {
    if ('tensor' in operand) return operand
    return typeof operand.constant === 'number' && Number.isFinite(operand.constant)
      ? { constant: operand.constant }
      : undefined
  })
  return known.every((operand) => operand !== undefined) ? known : undefined
}

const isTaken = (value: unknown): value is Taken =>
  Array.isArray(value) && value.length >= 3 && typeof value[0] === 'string' && Number.isInteger(value[1])

/** What else than tensors it takes, for people. */
function withWhat({ operands, options }: Call): string {
  const constants = operands.flatMap((operand) => ('constant' in operand ? [short(operand.constant)] : []))
  const named = Object.entries(options).map(([key, value]) => `${key} ${short(value)}`)
  const all = [...constants, ...named]
  return all.length === 0 ? '' : ` with ${all.join(', ')}`
}

/** The entry of a table by a name from a file, which may be one that every object has. */
export const ownOf = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

const MOST_SHOWN = 60
/** A value on a line. */
export const short = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text
}

import { join } from 'node:path'
import { ModelError } from '../../shared/errors.ts'
import { bytesOf, eachField, readFields, textOf, type Field } from '../../storage/protobuf.ts'
import { storing } from '../../storage/files.ts'
import { readRegular } from '../../storage/regular-file.ts'
import { dtypeFromCode, type DType, type PartialShape } from '../tensorflow/c-api/index.ts'
import { SERVING } from './saved-model.ts'

/** An input or output of a SavedModel, by the name that callers use. */
export interface ServedTensor {
  readonly name: string
  /** In the graph: the operation and which of its outputs. */
  readonly operation: string
  readonly index: number
  /** Absent for a type that Anneal has no use for. */
  readonly dtype?: DType
  /** As it is declared; `null` when not even the rank is. */
  readonly shape: PartialShape | null
}

export interface ServedSignature {
  readonly name: string
  readonly inputs: readonly ServedTensor[]
  readonly outputs: readonly ServedTensor[]
}

/** What a SavedModel says of itself. */
export interface SavedModelFacts {
  readonly signatures: readonly ServedSignature[]
  /** The types of the operations that its graph and functions use, but its own functions. */
  readonly operations: ReadonlySet<string>
}

/** Bytes: protocol buffers hold no more. */
const MOST_BYTES = 2 ** 31 - 1
/** More of them, and longer names, no model has that was made to be used. */
const MOST_SIGNATURES = 1000
const MOST_OPERATIONS = 10_000
const LONGEST_NAME = 1000

/**
 * Reads how a SavedModel is called, without TensorFlow. Fields by number: `saved_model.proto`, `meta_graph.proto`,
 * `graph.proto`, `function.proto` of TensorFlow.
 * @throws ModelError where it is none, or damaged, or has no graph for inference
 */
export function readSavedModel(folder: string): SavedModelFacts {
  const file = join(folder, 'saved_model.pb')
  const damaged = (what: string) => new ModelError(`${file} ${what}; write the SavedModel again, or name another one.`)
  const content = storing(file, () => readRegular(file, MOST_BYTES, damaged))
  try {
    return factsOf(content)
  } catch (error) {
    if (error instanceof NotServed) throw damaged(error.message)
    if (error instanceof RangeError) throw damaged(`is no SavedModel, or damaged (${error.message})`)
    throw error
  }
}

/** Where a message is whole but is none that can be called: what it is. */
class NotServed extends Error {}

const INFO = 1
const GRAPH = 2
const SIGNATURE = 5

function factsOf(content: Uint8Array): SavedModelFacts {
  const META_GRAPHS = 2
  const graphs = bytesOf(readFields(content), META_GRAPHS).map((bytes) => readFields(bytes))
  if (graphs.length === 0) throw new NotServed('is no SavedModel: it has no graph')
  const served = graphs.find((graph) => tagsOf(graph).join() === SERVING.tag)
  if (!served) {
    const tags = graphs.map((graph) => tagsOf(graph).join('+').slice(0, LONGEST_NAME) || 'none')
    throw new NotServed(
      `has no graph with the tag "${SERVING.tag}" alone, which is for inference (only ${tags.join(', ')})`,
    )
  }
  const signatures = bytesOf(served, SIGNATURE)
  if (signatures.length > MOST_SIGNATURES) throw new RangeError(`it has ${signatures.length} signatures`)
  return {
    signatures: signatures.map(signatureOf).filter(({ name, inputs }) => inputs.length > 0 && !name.startsWith('__')),
    operations: operationsOf(bytesOf(served, GRAPH)[0] ?? new Uint8Array()),
  }
}

function tagsOf(graph: readonly Field[]): string[] {
  const TAG = 4
  const [info] = bytesOf(graph, INFO)
  return info ? bytesOf(readFields(info), TAG).map((bytes) => Buffer.from(bytes).toString()) : []
}

/** An entry of a map field. */
function entryOf(bytes: Uint8Array): { key: string; value: Field[] } {
  const KEY = 1
  const VALUE = 2
  const fields = readFields(bytes)
  return { key: nameOf(fields, KEY), value: readFields(bytesOf(fields, VALUE)[0] ?? new Uint8Array()) }
}

function nameOf(fields: readonly Field[], number: number): string {
  const name = textOf(fields, number)
  if (name.length > LONGEST_NAME) throw new RangeError(`a name in it has ${name.length} characters`)
  return name
}

function signatureOf(bytes: Uint8Array): ServedSignature {
  const INPUTS = 1
  const OUTPUTS = 2
  const { key: name, value } = entryOf(bytes)
  const tensors = (number: number) => bytesOf(value, number).map(tensorOf)
  return { name, inputs: tensors(INPUTS), outputs: tensors(OUTPUTS) }
}

function tensorOf(bytes: Uint8Array): ServedTensor {
  const NAME = 1
  const SHAPE = 3
  const { key: name, value } = entryOf(bytes)
  const [, operation = '', index = '0'] = /^(.*?)(?::(\d{1,9}))?$/s.exec(nameOf(value, NAME))!
  const shape = bytesOf(value, SHAPE)[0]
  const dtype = dtypeOf(value)
  return {
    name,
    operation,
    index: Number(index),
    ...(dtype && { dtype }),
    shape: shape ? shapeOf(readFields(shape)) : null,
  }
}

function dtypeOf(tensor: readonly Field[]): DType | undefined {
  try {
    return dtypeFromCode(numberOf(tensor, 2))
  } catch {
    return undefined
  }
}

/** Ranks that TensorFlow has. */
const MOST_DIMENSIONS = 254

function shapeOf(fields: readonly Field[]): PartialShape | null {
  const DIMENSION = 2
  const UNKNOWN_RANK = 3
  const SIZE = 1
  if (numberOf(fields, UNKNOWN_RANK) !== 0) return null
  const dimensions = bytesOf(fields, DIMENSION)
  if (dimensions.length > MOST_DIMENSIONS) throw new RangeError(`a tensor in it has ${dimensions.length} dimensions`)
  return dimensions.map((dimension) => {
    const size = numberOf(readFields(dimension), SIZE)
    return size < 0 ? null : size
  })
}

/** A signed number; 0 where it is not there. */
function numberOf(fields: readonly Field[], number: number): number {
  const value = fields.find((field) => field.number === number)?.value
  return typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : 0
}

function operationsOf(graph: Uint8Array): Set<string> {
  const NODE = 1
  const LIBRARY = 2
  const used = new Set<string>()
  const own = new Set<string>()
  for (const { number, value } of eachField(graph)) {
    if (!(value instanceof Uint8Array)) continue
    if (number === NODE) addOperation(used, value)
    if (number === LIBRARY) readLibrary(value, used, own)
  }
  return new Set([...used].filter((name) => !own.has(name)))
}

function readLibrary(library: Uint8Array, used: Set<string>, own: Set<string>): void {
  const FUNCTION = 1
  const SIGNATURE_OF_FUNCTION = 1
  const NODE = 3
  for (const { number, value } of eachField(library)) {
    if (number !== FUNCTION || !(value instanceof Uint8Array)) continue
    for (const part of eachField(value)) {
      if (!(part.value instanceof Uint8Array)) continue
      if (part.number === SIGNATURE_OF_FUNCTION) own.add(nameOf(readFields(part.value), 1))
      if (part.number === NODE) addOperation(used, part.value)
    }
  }
}

function addOperation(used: Set<string>, node: Uint8Array): void {
  const OPERATION = 2
  for (const { number, value } of eachField(node)) {
    if (number !== OPERATION || !(value instanceof Uint8Array)) continue
    used.add(nameOf([{ number, value }], OPERATION))
    if (used.size > MOST_OPERATIONS) throw new RangeError(`it has more than ${MOST_OPERATIONS} kinds of operations`)
    return
  }
}

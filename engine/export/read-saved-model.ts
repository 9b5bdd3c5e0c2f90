import { join } from 'node:path'
import { ModelError } from '../../shared/errors.ts'
import { bytesOf, readFields, type Field } from '../../storage/protobuf.ts'
import { storing } from '../../storage/files.ts'
import { readRegular } from '../../storage/regular-file.ts'
import { dtypeFromCode, type DType, type PartialShape } from '../tensorflow/c-api/index.ts'
import { LONGEST_NAME, nameOf, nodeOf, readGraph, type SavedGraph } from './saved-graph.ts'
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
  readonly graph: SavedGraph
  /** The nodes that run when it is loaded. */
  readonly startup: readonly string[]
}

/** Bytes: protocol buffers hold no more. */
const MOST_BYTES = 2 ** 31 - 1
/** More of them no model has that was made to be used. */
const MOST_SIGNATURES = 1000

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
  const all = signatures.map(signatureOf)
  const initial = all.filter(({ name }) => name === INITIAL).flatMap(({ outputs }) => outputs)
  return {
    signatures: all.filter(({ name, inputs }) => inputs.length > 0 && !name.startsWith('__')),
    graph: readGraph(bytesOf(served, GRAPH)[0] ?? new Uint8Array()),
    startup: [...initial.map(({ operation }) => operation), ...restoring(served), ...initialCollections(served)],
  }
}

/** The signature, or the collections of TensorFlow 1, that say what runs when the model is loaded. */
const INITIAL = '__saved_model_init_op'
const INITIAL_COLLECTIONS = ['saved_model_main_op', 'legacy_init_op']

/** What reads the weights. */
function restoring(graph: readonly Field[]): string[] {
  const SAVER = 3
  const RESTORE = 3
  return bytesOf(graph, SAVER).map((saver) => nodeOf(nameOf(readFields(saver), RESTORE)))
}

function initialCollections(graph: readonly Field[]): string[] {
  const COLLECTIONS = 4
  const [NODES, NAME] = [1, 1]
  return bytesOf(graph, COLLECTIONS)
    .map(entryOf)
    .filter(({ key }) => INITIAL_COLLECTIONS.includes(key))
    .flatMap(({ value }) => bytesOf(value, NODES))
    .flatMap((nodes) => bytesOf(readFields(nodes), NAME))
    .map((name) => nodeOf(Buffer.from(name).toString()))
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

import { bytesOf, eachField, readFields, textOf, type Field } from '../../storage/protobuf.ts'

/** What a node runs. */
interface Work {
  readonly type: string
  /** Functions that it calls. */
  readonly calls: readonly string[]
}

interface Node extends Work {
  /** Nodes whose outputs it takes, or that run before it. */
  readonly after: readonly string[]
}

/** A graph as `graph.proto` has it: what runs after what, and what functions do. */
export interface SavedGraph {
  readonly nodes: ReadonlyMap<string, Node>
  /** By their names; all of their nodes count as run. */
  readonly functions: ReadonlyMap<string, readonly Work[]>
}

/** More of them, and longer names, no model has that was made to be used. */
const MOST_NODES = 2_000_000
export const LONGEST_NAME = 1000

/** A name in a message, of at most so many characters. */
export function nameOf(fields: readonly Field[], number: number): string {
  const name = textOf(fields, number)
  if (name.length > LONGEST_NAME) throw new RangeError(`a name in it has ${name.length} characters`)
  return name
}

/** Reads a `GraphDef`. Throws `RangeError` where it is damaged. */
export function readGraph(graph: Uint8Array): SavedGraph {
  const NODE = 1
  const LIBRARY = 2
  const nodes = new Map<string, Node>()
  const functions = new Map<string, Work[]>()
  for (const { number, value } of eachField(graph)) {
    if (!(value instanceof Uint8Array)) continue
    if (number === NODE) {
      const { name, ...node } = readNode(value)
      nodes.set(name, node)
      if (nodes.size > MOST_NODES) throw new RangeError(`it has more than ${MOST_NODES} nodes`)
    }
    if (number === LIBRARY) readLibrary(value, functions)
  }
  return { nodes, functions }
}

function readLibrary(library: Uint8Array, functions: Map<string, Work[]>): void {
  const FUNCTION = 1
  const GRADIENT = 2
  const gradients: [string, string][] = []
  for (const { number, value } of eachField(library)) {
    if (!(value instanceof Uint8Array)) continue
    if (number === FUNCTION) readFunction(value, functions)
    if (number === GRADIENT) {
      const fields = readFields(value)
      gradients.push([textOf(fields, 1), textOf(fields, 2)])
    }
  }
  // Whoever runs the gradient of a function names the function.
  for (const [of, gradient] of gradients) functions.get(of)?.push({ type: gradient, calls: [] })
}

function readFunction(bytes: Uint8Array, functions: Map<string, Work[]>): void {
  const SIGNATURE = 1
  const NODE = 3
  const work: Work[] = []
  let name = ''
  for (const { number, value } of eachField(bytes)) {
    if (!(value instanceof Uint8Array)) continue
    if (number === SIGNATURE) name = textOf(readFields(value), 1)
    if (number === NODE) {
      const { type, calls } = readNode(value)
      work.push({ type, calls })
    }
  }
  functions.set(name, work)
}

function readNode(bytes: Uint8Array): Node & { readonly name: string } {
  const [NAME, TYPE, INPUT, ATTRIBUTE] = [1, 2, 3, 5]
  const fields = readFields(bytes)
  const after = bytesOf(fields, INPUT).map((input) => nodeOf(Buffer.from(input).toString()))
  return {
    name: textOf(fields, NAME),
    type: nameOf(fields, TYPE),
    after,
    calls: bytesOf(fields, ATTRIBUTE).flatMap(functionsOf),
  }
}

/** Of an input: `^name` runs before, `name:2` is an output. */
export const nodeOf = (input: string): string => input.replace(/^\^/, '').replace(/:\d+$/, '')

/** Functions that an attribute names. */
function functionsOf(attribute: Uint8Array): string[] {
  const VALUE = 2
  const [LIST, FUNCTION] = [1, 10]
  const FUNCTIONS_OF_LIST = 9
  const NAME = 1
  const found: Uint8Array[] = []
  for (const value of bytesOf(readFields(attribute), VALUE)) {
    for (const field of eachField(value)) {
      if (!(field.value instanceof Uint8Array)) continue
      if (field.number === FUNCTION) found.push(field.value)
      if (field.number === LIST) found.push(...bytesOf(readFields(field.value), FUNCTIONS_OF_LIST))
    }
  }
  return found.map((bytes) => textOf(readFields(bytes), NAME))
}

/** The types of all operations of a graph and its functions, but its own functions. */
export function allTypes({ nodes, functions }: SavedGraph): Set<string> {
  const types = new Set<string>()
  for (const { type } of nodes.values()) types.add(type)
  for (const work of functions.values()) for (const { type } of work) types.add(type)
  for (const name of functions.keys()) types.delete(name)
  return types
}

/** The types of all operations that may run where nodes are asked for. */
export function reachedTypes({ nodes, functions }: SavedGraph, wanted: readonly string[]): Set<string> {
  const types = new Set<string>()
  const called = new Set<string>()
  const run = (work: Work, ahead: string[]) => {
    types.add(work.type)
    for (const name of [work.type, ...work.calls]) if (functions.has(name)) ahead.push(name)
  }
  const calls: string[] = []
  const seen = new Set<string>()
  const ahead = [...wanted]
  for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
    const node = nodes.get(name)
    if (!node || seen.has(name)) continue
    seen.add(name)
    run(node, calls)
    ahead.push(...node.after)
  }
  for (let name = calls.pop(); name !== undefined; name = calls.pop()) {
    if (called.has(name)) continue
    called.add(name)
    for (const work of functions.get(name)!) run(work, calls)
  }
  return types
}

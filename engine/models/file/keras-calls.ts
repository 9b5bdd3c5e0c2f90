import { z } from 'zod'

/** A tensor that a layer takes: the layer that gives it, the use of that layer, and which of its outputs. */
export type Taken = readonly [layer: string, use: number, output: number]

/** One use of a layer, as its file has it. */
export interface Call {
  /** What it takes, in order: tensors, and constants of any kind. */
  readonly operands: readonly Operand[]
  /** What the call says besides, such as `training`; what is null is left out. */
  readonly options: Readonly<Record<string, unknown>>
}

export type Operand = { readonly tensor: Taken } | { readonly constant: unknown }

/** Layer, use of it, and output. */
const history = z.tuple([z.string(), z.int(), z.int()])
/** As Keras 2 and tf.layers write it: with the arguments of the call at its end. */
const listed = z.tuple([z.string(), z.int(), z.unknown()]).rest(z.unknown())
/** How Keras 2 writes a constant in the place of a tensor. */
const CONSTANT = '_CONSTANT_VALUE'

/** Of Keras 3, a tensor that a layer takes. */
const kerasTensor = z.object({
  class_name: z.literal('__keras_tensor__'),
  config: z.looseObject({ keras_history: history }),
})
const call = z.looseObject({ args: z.array(z.unknown()), kwargs: z.record(z.string(), z.unknown()).default({}) })

/** A tensor as both write it where a model lists what it takes and gives. */
export function readTaken(value: unknown): Taken | undefined {
  return history.safeParse(value).data
}

/** A use of a layer. Keras 3 writes the arguments of the call, Keras 2 a list of what is taken. */
export function readCall(node: unknown): Call {
  const parsed = call.safeParse(node)
  if (parsed.success)
    return { operands: parsed.data.args.flatMap(operandsOf), options: withoutNulls(parsed.data.kwargs) }
  if (!Array.isArray(node)) return { operands: [{ constant: node }], options: {} }
  // Where a layer takes one tensor, newer versions of Keras 2 write it without a list around it.
  return readList(typeof node[0] === 'string' ? [node] : node)
}

function readList(entries: readonly unknown[]): Call {
  const operands: Operand[] = []
  let options: Call['options'] = {}
  for (const entry of entries) {
    const [layer, use, output, named] = listed.safeParse(entry).data ?? []
    const tensor = readTaken([layer, use, output])
    if (layer === CONSTANT) operands.push({ constant: output })
    else operands.push(tensor ? { tensor } : { constant: entry })
    if (typeof named === 'object' && named !== null) options = { ...options, ...withoutNulls(named) }
  }
  return { operands, options }
}

/** An argument of Keras 3: a tensor, a list of them, nothing, or something else. */
function operandsOf(argument: unknown): Operand[] {
  if (argument === null) return []
  const tensors = [argument].flat().map((value) => kerasTensor.safeParse(value).data)
  return tensors.length > 0 && tensors.every((value) => value !== undefined)
    ? tensors.map((value) => ({ tensor: value.config.keras_history }))
    : [{ constant: argument }]
}

/** An argument that is null, or a list of nothing else, is none. */
const withoutNulls = (named: object): Call['options'] =>
  Object.fromEntries(Object.entries(named).filter(([, value]) => [value].flat().some((part) => part !== null)))

import { bytesOf, readFields, textOf, type Field } from '../../../storage/protobuf.ts'

/** The kinds of attribute value that an op can declare (`op_def.proto`, `AttrDef.type`). */
const attrKinds = [
  'type',
  'int',
  'float',
  'bool',
  'string',
  'shape',
  'tensor',
  'func',
  'list(type)',
  'list(int)',
  'list(float)',
  'list(string)',
  'list(shape)',
  'list(func)',
] as const

export type AttrKind = (typeof attrKinds)[number]

/** What TensorFlow says of an op: which inputs are lists, and the kind of each attribute. */
export interface OpDef {
  readonly name: string
  readonly inputs: readonly { name: string; isList: boolean }[]
  readonly attrs: ReadonlyMap<string, AttrKind>
}

const OP_NAME = 1
const OP_INPUT = 2
const OP_ATTR = 4
const ARG_NAME = 1
const ARG_NUMBER_ATTR = 5
const ARG_TYPE_LIST_ATTR = 6
const ATTR_NAME = 1
const ATTR_TYPE = 2

function attrKind(fields: Field[]): AttrKind {
  const type = textOf(fields, ATTR_TYPE)
  const kind = attrKinds.find((candidate) => candidate === type)
  if (!kind) throw new RangeError(`attribute kind "${type}" is unknown here`)
  return kind
}

/** Reads a serialised `OpDef`. */
export function readOpDef(bytes: Uint8Array): OpDef {
  const op = readFields(bytes)
  return {
    name: textOf(op, OP_NAME),
    inputs: bytesOf(op, OP_INPUT)
      .map(readFields)
      .map((arg) => ({
        name: textOf(arg, ARG_NAME),
        isList: textOf(arg, ARG_NUMBER_ATTR) !== '' || textOf(arg, ARG_TYPE_LIST_ATTR) !== '',
      })),
    attrs: new Map(
      bytesOf(op, OP_ATTR)
        .map(readFields)
        .map((attr) => [textOf(attr, ATTR_NAME), attrKind(attr)]),
    ),
  }
}

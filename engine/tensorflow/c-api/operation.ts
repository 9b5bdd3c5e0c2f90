import { dtypeCode, type DType } from './dtype.ts'
import { describeOperation, type Graph, type OperationInfo, type PartialShape } from './graph.ts'
import { declare, type Output, type Pointer } from './native.ts'
import type { AttrKind, OpDef } from './op-def.ts'
import { bytesField, message } from '../../../storage/protobuf.ts'
import { checked } from './status.ts'
import type { Tensor } from './tensor.ts'

type Description = Pointer
type SetOne<V> = [Description, string, V]

const newOperation = declare<[Pointer, string, string], Description>(
  'TF_OperationDescription* TF_NewOperation(TF_Graph*, const char*, const char*)',
)
const finish = declare<[Description, Pointer], Pointer>(
  'TF_Operation* TF_FinishOperation(TF_OperationDescription*, TF_Status*)',
)
const setDevice = declare<[Description, string], void>('void TF_SetDevice(TF_OperationDescription*, const char*)')
const addInput = declare<[Description, Output], void>('void TF_AddInput(TF_OperationDescription*, TF_Output)')
const addInputList = declare<[Description, Output[], number], void>(
  'void TF_AddInputList(TF_OperationDescription*, TF_Output*, int)',
)
const addControlInput = declare<[Description, Pointer], void>(
  'void TF_AddControlInput(TF_OperationDescription*, TF_Operation*)',
)
const setType = declare<SetOne<number>, void>('void TF_SetAttrType(TF_OperationDescription*, const char*, int)')
const setTypes = declare<[...SetOne<number[]>, number], void>(
  'void TF_SetAttrTypeList(TF_OperationDescription*, const char*, const int*, int)',
)
const setInt = declare<SetOne<number>, void>('void TF_SetAttrInt(TF_OperationDescription*, const char*, int64_t)')
const setInts = declare<[...SetOne<BigInt64Array>, number], void>(
  'void TF_SetAttrIntList(TF_OperationDescription*, const char*, const int64_t*, int)',
)
const setFloat = declare<SetOne<number>, void>('void TF_SetAttrFloat(TF_OperationDescription*, const char*, float)')
const setFloats = declare<[...SetOne<Float32Array>, number], void>(
  'void TF_SetAttrFloatList(TF_OperationDescription*, const char*, const float*, int)',
)
const setBool = declare<SetOne<number>, void>('void TF_SetAttrBool(TF_OperationDescription*, const char*, uchar)')
const setString = declare<[...SetOne<Uint8Array>, number], void>(
  'void TF_SetAttrString(TF_OperationDescription*, const char*, const void*, size_t)',
)
const setStrings = declare<[...SetOne<Uint8Array[]>, BigUint64Array, number], void>(
  'void TF_SetAttrStringList(TF_OperationDescription*, const char*, void**, const size_t*, int)',
)
const setShape = declare<[...SetOne<BigInt64Array | null>, number], void>(
  'void TF_SetAttrShape(TF_OperationDescription*, const char*, const int64_t*, int)',
)
const setShapes = declare<[...SetOne<(bigint[] | null)[]>, number[], number], void>(
  'void TF_SetAttrShapeList(TF_OperationDescription*, const char*, int64_t**, const int*, int)',
)
const setTensor = declare<[...SetOne<Pointer>, Pointer], void>(
  'void TF_SetAttrTensor(TF_OperationDescription*, const char*, TF_Tensor*, TF_Status*)',
)
const setFunction = declare<[...SetOne<string>, number], void>(
  'void TF_SetAttrFuncName(TF_OperationDescription*, const char*, const char*, size_t)',
)
const setProto = declare<[...SetOne<Uint8Array>, number, Pointer], void>(
  'void TF_SetAttrValueProto(TF_OperationDescription*, const char*, const void*, size_t, TF_Status*)',
)

/** A value of an attribute; which of these an attribute takes is declared by its op. */
export type AttrValue =
  | number
  | boolean
  | string
  | Tensor
  | null
  | readonly number[]
  | readonly string[]
  | PartialShape
  | readonly (PartialShape | null)[]

export interface OperationSpec {
  readonly type: string
  readonly name: string
  /** In the op's order; an array stands for a list input. */
  readonly inputs: readonly (Output | readonly Output[])[]
  readonly attrs: Readonly<Record<string, AttrValue>>
  readonly controlInputs: readonly Pointer[]
  readonly device?: string | undefined
}

const dimsOf = (shape: PartialShape) => BigInt64Array.from(shape, (size) => BigInt(size ?? -1))
const unknownRank = -1

const utf8 = (value: unknown) => Buffer.from(value as string)

function setAttr(d: Description, name: string, kind: AttrKind, value: AttrValue): void {
  switch (kind) {
    case 'type':
      return setType(d, name, dtypeCode(value as DType))
    case 'int':
      return setInt(d, name, value as number)
    case 'float':
      return setFloat(d, name, value as number)
    case 'bool':
      return setBool(d, name, value ? 1 : 0)
    case 'string':
      return setString(d, name, utf8(value), utf8(value).length)
    case 'shape':
      return value === null
        ? setShape(d, name, null, unknownRank)
        : setShape(d, name, dimsOf(value as PartialShape), (value as PartialShape).length)
    case 'tensor':
      return checked(name, (status) => setTensor(d, name, (value as Tensor).pointer, status))
    case 'func':
      return setFunction(d, name, value as string, utf8(value).length)
    default:
      return setListAttr(d, name, kind, value as readonly unknown[])
  }
}

/** An `AttrValue` of `attr_value.proto`: the C API sets a list of functions in no other way. */
function functionList(names: readonly string[]): Uint8Array {
  const LIST = 1
  const FUNC = 9
  const NAME = 1
  return message(bytesField(LIST, message(...names.map((name) => bytesField(FUNC, message(bytesField(NAME, name)))))))
}

function setListAttr(
  d: Description,
  name: string,
  kind: Extract<AttrKind, `list(${string}`>,
  values: readonly unknown[],
): void {
  const count = values.length
  switch (kind) {
    case 'list(type)':
      return setTypes(d, name, (values as DType[]).map(dtypeCode), count)
    case 'list(int)':
      return setInts(d, name, BigInt64Array.from(values as number[], BigInt), count)
    case 'list(float)':
      return setFloats(d, name, Float32Array.from(values as number[]), count)
    case 'list(string)':
      return setStringList(d, name, values.map(utf8))
    case 'list(shape)':
      return setShapeList(d, name, values as (PartialShape | null)[])
    case 'list(func)': {
      const value = functionList(values as string[])
      return checked(name, (status) => setProto(d, name, value, value.length, status))
    }
  }
}

function setStringList(d: Description, name: string, strings: Uint8Array[]): void {
  const lengths = BigUint64Array.from(strings, ({ length }) => BigInt(length))
  setStrings(d, name, strings, lengths, strings.length)
}

function setShapeList(d: Description, name: string, shapes: readonly (PartialShape | null)[]): void {
  const dims = shapes.map((shape) => shape && [...dimsOf(shape)])
  const ranks = shapes.map((shape) => shape?.length ?? unknownRank)
  setShapes(d, name, dims, ranks, shapes.length)
}

/** Throws `RangeError` for what would make TensorFlow end the process or silently ignore a value. */
function check(spec: OperationSpec, opDef: OpDef): void {
  const { type, inputs, attrs } = spec
  if (inputs.length !== opDef.inputs.length)
    throw new RangeError(`${type} takes ${opDef.inputs.length} inputs, ${inputs.length} were given`)
  opDef.inputs.forEach((input, i) => {
    if (input.isList !== Array.isArray(inputs[i]))
      throw new RangeError(`input "${input.name}" of ${type} is ${input.isList ? 'a list' : 'no list'}`)
  })
  for (const name of Object.keys(attrs))
    if (!opDef.attrs.has(name)) throw new RangeError(`${type} has no attribute "${name}"`)
}

/** Adds one operation to a graph. Throws `RangeError` or `TensorFlowError` where the op's declaration or shapes forbid it. */
export function addOperation(graph: Graph, spec: OperationSpec): OperationInfo {
  const opDef = graph.opDef(spec.type)
  check(spec, opDef)
  const description = newOperation(graph.pointer, spec.type, spec.name)
  if (spec.device) setDevice(description, spec.device)
  for (const input of spec.inputs) {
    if (Array.isArray(input)) addInputList(description, input as Output[], input.length)
    else addInput(description, input as Output)
  }
  for (const control of spec.controlInputs) addControlInput(description, control)
  for (const [name, value] of Object.entries(spec.attrs)) setAttr(description, name, opDef.attrs.get(name)!, value)
  return describeOperation(checked(`${spec.type} "${spec.name}"`, (status) => finish(description, status)))
}

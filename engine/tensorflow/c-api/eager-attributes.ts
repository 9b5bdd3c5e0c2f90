import { dtypeCode, type DType } from './dtype.ts'
import { declare, type Pointer } from './native.ts'
import type { AttrValue } from './operation.ts'
import { checked } from './status.ts'
import type { Tensor } from './tensor.ts'

type Op = Pointer
type SetOne<V> = [Op, string, V]

const getAttrType = declare<[Op, string, Uint8Array, Pointer], number>(
  'int TFE_OpGetAttrType(TFE_Op*, const char*, _Out_ uchar*, TF_Status*)',
)
const setType = declare<SetOne<number>, void>('void TFE_OpSetAttrType(TFE_Op*, const char*, int)')
const setTypes = declare<[...SetOne<Int32Array>, number], void>(
  'void TFE_OpSetAttrTypeList(TFE_Op*, const char*, const int*, int)',
)
const setInt = declare<SetOne<bigint>, void>('void TFE_OpSetAttrInt(TFE_Op*, const char*, int64_t)')
const setInts = declare<[...SetOne<BigInt64Array>, number], void>(
  'void TFE_OpSetAttrIntList(TFE_Op*, const char*, const int64_t*, int)',
)
const setFloat = declare<SetOne<number>, void>('void TFE_OpSetAttrFloat(TFE_Op*, const char*, float)')
const setFloats = declare<[...SetOne<Float32Array>, number], void>(
  'void TFE_OpSetAttrFloatList(TFE_Op*, const char*, const float*, int)',
)
const setBool = declare<SetOne<number>, void>('void TFE_OpSetAttrBool(TFE_Op*, const char*, uchar)')
const setBools = declare<[...SetOne<Uint8Array>, number], void>(
  'void TFE_OpSetAttrBoolList(TFE_Op*, const char*, const uchar*, int)',
)
const setString = declare<[...SetOne<Uint8Array>, number], void>(
  'void TFE_OpSetAttrString(TFE_Op*, const char*, const void*, size_t)',
)
const setStrings = declare<[...SetOne<Uint8Array[]>, BigUint64Array, number], void>(
  'void TFE_OpSetAttrStringList(TFE_Op*, const char*, void**, const size_t*, int)',
)
const setShape = declare<[...SetOne<BigInt64Array | null>, number, Pointer], void>(
  'void TFE_OpSetAttrShape(TFE_Op*, const char*, const int64_t*, int, TF_Status*)',
)
const setShapes = declare<[...SetOne<(BigInt64Array | null)[]>, Int32Array, number, Pointer], void>(
  'void TFE_OpSetAttrShapeList(TFE_Op*, const char*, int64_t**, const int*, int, TF_Status*)',
)
const setTensor = declare<[...SetOne<Pointer>, Pointer], void>(
  'void TFE_OpSetAttrTensor(TFE_Op*, const char*, TF_Tensor*, TF_Status*)',
)
const setFunction = declare<[...SetOne<string>, number], void>(
  'void TFE_OpSetAttrFunctionName(TFE_Op*, const char*, const char*, size_t)',
)

/** The kinds of attribute that can be set, in the order of the C enumeration `TF_AttrType`, which has one more between the last two. */
const kinds = ['string', 'int', 'float', 'bool', 'type', 'shape', 'tensor', undefined, 'func'] as const
type ScalarKind = NonNullable<(typeof kinds)[number]>

const bytes = (text: string) => Buffer.from(text)
const unknownRank = -1

type PartialShape = readonly (number | null)[]
const dimsOf = (shape: PartialShape | null) => shape && BigInt64Array.from(shape, (size) => BigInt(size ?? -1))

/** Sets an attribute of an op that is about to run. Throws `TensorFlowError` for one that the op lacks. */
export function setEagerAttr(op: Op, opName: string, name: string, value: AttrValue): void {
  const isList = new Uint8Array(1)
  const kind = kinds[checked(opName, (status) => getAttrType(op, name, isList, status))]
  if (!kind) throw new RangeError(`attribute ${name} of ${opName} is of a kind that cannot be set`)
  if (isList[0]) setList(op, name, kind, value)
  else setScalar(op, name, kind, value)
}

function setScalar(op: Op, name: string, kind: ScalarKind, value: AttrValue): void {
  switch (kind) {
    case 'type':
      return setType(op, name, dtypeCode(value as DType))
    case 'int':
      return setInt(op, name, BigInt(value as number))
    case 'float':
      return setFloat(op, name, value as number)
    case 'bool':
      return setBool(op, name, value ? 1 : 0)
    case 'string':
      return setString(op, name, bytes(value as string), bytes(value as string).length)
    case 'shape': {
      const shape = value as PartialShape | null
      return checked(name, (status) => setShape(op, name, dimsOf(shape), shape?.length ?? unknownRank, status))
    }
    case 'tensor':
      return checked(name, (status) => setTensor(op, name, (value as Tensor).pointer, status))
    case 'func':
      return setFunction(op, name, value as string, bytes(value as string).length)
  }
}

function setList(op: Op, name: string, kind: ScalarKind, value: AttrValue): void {
  const values = value as readonly unknown[]
  const { length } = values
  switch (kind) {
    case 'type':
      return setTypes(op, name, Int32Array.from(values as DType[], dtypeCode), length)
    case 'int':
      return setInts(op, name, BigInt64Array.from(values as number[], BigInt), length)
    case 'float':
      return setFloats(op, name, Float32Array.from(values as number[]), length)
    case 'bool':
      return setBools(op, name, Uint8Array.from(values as boolean[], Number), length)
    case 'string': {
      const strings = (values as string[]).map(bytes)
      return setStrings(
        op,
        name,
        strings,
        BigUint64Array.from(strings, (s) => BigInt(s.length)),
        length,
      )
    }
    case 'shape': {
      const shapes = values as (PartialShape | null)[]
      const ranks = Int32Array.from(shapes, (shape) => shape?.length ?? unknownRank)
      return checked(name, (status) => setShapes(op, name, shapes.map(dimsOf), ranks, length, status))
    }
    case 'tensor':
    case 'func':
      throw new RangeError(`attribute ${name} is a list of ${kind}s, which cannot be set`)
  }
}

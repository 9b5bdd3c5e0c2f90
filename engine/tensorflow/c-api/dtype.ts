/** The element types that Anneal uses, by their TensorFlow names; the codes are those of `TF_DataType`. */
const codes = {
  float32: 1,
  float64: 2,
  int32: 3,
  uint8: 4,
  int16: 5,
  int8: 6,
  string: 7,
  complex64: 8,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  uint16: 17,
  float16: 19,
  resource: 20,
  variant: 21,
  uint32: 22,
  uint64: 23,
} as const

export type DType = keyof typeof codes

const names = new Map(Object.entries(codes).map(([name, code]) => [code as number, name as DType]))

/** The `TF_DataType` code of an element type. */
export function dtypeCode(dtype: DType): number {
  return codes[dtype]
}

/** The element type of a `TF_DataType` code. Throws `RangeError` for one that Anneal has no use for. */
export function dtypeFromCode(code: number): DType {
  const dtype = names.get(code)
  if (!dtype) throw new RangeError(`TensorFlow data type ${code} has no counterpart here`)
  return dtype
}

export type NumericArray =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array
  | Int16Array
  | Int8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array

type ArrayConstructor = new (buffer: ArrayBuffer) => NumericArray

/** How the elements of a type lie in memory; half-width floats are their raw 16 bits, booleans one byte each. */
const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  int16: Int16Array,
  int8: Int8Array,
  int64: BigInt64Array,
  bool: Uint8Array,
  bfloat16: Uint16Array,
  uint16: Uint16Array,
  float16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  complex64: Float32Array,
} satisfies Partial<Record<DType, ArrayConstructor>>

export type NumericDType = keyof typeof arrays

/** The typed array that holds elements of a type. */
export type ArrayOf<D extends NumericDType> = InstanceType<(typeof arrays)[D]>

export function isNumeric(dtype: DType): dtype is NumericDType {
  return Object.hasOwn(arrays, dtype)
}

/** A new typed array over the whole of a buffer. */
export function arrayOver<D extends NumericDType>(dtype: D, buffer: ArrayBuffer): ArrayOf<D> {
  return new arrays[dtype](buffer) as ArrayOf<D>
}

/** A typed array of plain numbers in an element type; whole numbers for the 64-bit ones. */
export function arrayFrom<D extends NumericDType>(dtype: D, values: readonly number[]): ArrayOf<D> {
  if (dtype === 'int64') return BigInt64Array.from(values, BigInt) as ArrayOf<D>
  if (dtype === 'uint64') return BigUint64Array.from(values, BigInt) as ArrayOf<D>
  if (dtype === 'float16' || dtype === 'bfloat16')
    throw new RangeError(`write ${dtype} values as float32 and cast in the graph`)
  return (arrays[dtype] as unknown as { from(v: readonly number[]): ArrayOf<D> }).from(values)
}

/** Bytes of one element. Complex numbers are two floats. */
export function bytesPerElement(dtype: NumericDType): number {
  return dtype === 'complex64' ? 8 : arrays[dtype].BYTES_PER_ELEMENT
}

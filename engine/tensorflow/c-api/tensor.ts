import {
  arrayOver,
  arrayFrom,
  bytesPerElement,
  dtypeCode,
  dtypeFromCode,
  isNumeric,
  type ArrayOf,
  type DType,
  type NumericArray,
  type NumericDType,
} from './dtype.ts'
import { addressOf, declare, memcpyIn, memcpyOut, memset, pointerAt, type Pointer } from './native.ts'
import { Owned } from './owned.ts'

const allocateTensor = declare<[number, BigInt64Array, number, number], Pointer>(
  'TF_Tensor* TF_AllocateTensor(int, const int64_t*, int, size_t)',
)
const deleteTensor = declare<[Pointer], void>('void TF_DeleteTensor(TF_Tensor*)')
const tensorData = declare<[Pointer], Pointer>('void* TF_TensorData(TF_Tensor*)')
const tensorByteSize = declare<[Pointer], number>('size_t TF_TensorByteSize(TF_Tensor*)')
const tensorType = declare<[Pointer], number>('int TF_TensorType(TF_Tensor*)')
const numDims = declare<[Pointer], number>('int TF_NumDims(TF_Tensor*)')
const dim = declare<[Pointer, number], number>('int64_t TF_Dim(TF_Tensor*, int)')
const stringCopy = declare<[Pointer, Uint8Array, number], void>('void TF_StringCopy(void*, const void*, size_t)')
const stringDealloc = declare<[Pointer], void>('void TF_StringDealloc(void*)')
const stringData = declare<[Pointer], Pointer>('const void* TF_StringGetDataPointer(void*)')
const stringSize = declare<[Pointer], number>('size_t TF_StringGetSize(void*)')

/** Bytes of one `TF_TString`; zeroes are a valid empty one. */
const stringBytes = 24n

/** The number of elements of a shape; 1 for a scalar. */
export const elementCount = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

/** A dense array in TensorFlow's memory. Its owner disposes it. */
export class Tensor extends Owned {
  readonly dtype: DType
  readonly shape: readonly number[]

  private constructor(pointer: Pointer, free: (pointer: Pointer) => void = deleteTensor) {
    const dtype = dtypeOrFree(pointer, free)
    super('Tensor', pointer, free)
    this.dtype = dtype
    this.shape = Array.from({ length: numDims(pointer) }, (_, axis) => Number(dim(pointer, axis)))
  }

  /** Takes ownership of a `TF_Tensor*`. */
  static adopt(pointer: Pointer): Tensor {
    return new Tensor(pointer)
  }

  /** Copies a typed array, row-major. Throws `RangeError` when its bytes are not those of the shape. */
  static from(dtype: NumericDType, shape: readonly number[], values: NumericArray): Tensor {
    const bytes = elementCount(shape) * bytesPerElement(dtype)
    if (values.byteLength !== bytes)
      throw new RangeError(
        `${values.byteLength} bytes were given for a ${dtype} tensor of shape [${shape.join()}], which has ${bytes}`,
      )
    const pointer = allocateTensor(dtypeCode(dtype), dims(shape), shape.length, bytes)
    if (bytes > 0) memcpyIn(tensorData(pointer), values, bytes)
    return new Tensor(pointer)
  }

  /** Bytes that are {@link write written} part by part, zero until then. */
  static bytes(count: number): Tensor {
    const pointer = allocateTensor(dtypeCode('uint8'), dims([count]), 1, count)
    if (count > 0) memset(tensorData(pointer), 0, count)
    return new Tensor(pointer)
  }

  /** Copies bytes to a place. Throws `RangeError` where they do not fit, and for strings. Not while a session may read the tensor. */
  write(offset: number, bytes: Uint8Array): void {
    if (!isNumeric(this.dtype) || offset < 0 || offset + bytes.length > this.byteLength)
      throw new RangeError(
        `${bytes.length} bytes do not fit at ${offset} of a ${this.dtype} tensor of ${this.byteLength}`,
      )
    if (bytes.length > 0) memcpyIn(pointerAt(addressOf(tensorData(this.pointer)) + BigInt(offset)), bytes, bytes.length)
  }

  /** A scalar of one number. */
  static scalar(dtype: NumericDType, value: number): Tensor {
    return Tensor.from(dtype, [], arrayFrom(dtype, [value]))
  }

  /**
   * A string tensor, UTF-8 where text is given. TensorFlow shares the bytes of a tensor that is fed, it does
   * not copy them: dispose it only when nothing in the session can still hold it.
   */
  static strings(shape: readonly number[], values: readonly (string | Uint8Array)[]): Tensor {
    if (values.length !== elementCount(shape))
      throw new RangeError(`${values.length} strings do not fill the shape [${shape.join()}]`)
    const bytes = values.length * Number(stringBytes)
    const pointer = allocateTensor(dtypeCode('string'), dims(shape), shape.length, bytes)
    if (bytes > 0) memset(tensorData(pointer), 0, bytes)
    values.forEach((value, i) => {
      const raw = typeof value === 'string' ? Buffer.from(value) : value
      stringCopy(elementAt(pointer, i), raw, raw.length)
    })
    return new Tensor(pointer, freeStrings)
  }

  get byteLength(): number {
    return Number(tensorByteSize(this.pointer))
  }

  /** A copy of the elements, row-major. Throws `RangeError` for strings, resources and variants. */
  data<D extends NumericDType = NumericDType>(): ArrayOf<D> {
    if (!isNumeric(this.dtype)) throw new RangeError(`a ${this.dtype} tensor has no numeric elements`)
    const bytes = new Uint8Array(this.byteLength)
    if (bytes.length > 0) memcpyOut(bytes, tensorData(this.pointer), bytes.length)
    return arrayOver(this.dtype, bytes.buffer) as ArrayOf<D>
  }

  /** The one number of a scalar. */
  item(): number {
    return Number(this.data()[0])
  }

  /** Copies of the elements of a string tensor. */
  byteStrings(): Uint8Array[] {
    if (this.dtype !== 'string') throw new RangeError(`a ${this.dtype} tensor has no strings`)
    return Array.from({ length: elementCount(this.shape) }, (_, i) => {
      const element = elementAt(this.pointer, i)
      const bytes = new Uint8Array(Number(stringSize(element)))
      if (bytes.length > 0) memcpyOut(bytes, stringData(element), bytes.length)
      return bytes
    })
  }
}

/** A tensor of a type that has no counterpart here can have no owner. */
function dtypeOrFree(pointer: Pointer, free: (pointer: Pointer) => void): DType {
  try {
    return dtypeFromCode(tensorType(pointer))
  } catch (error) {
    free(pointer)
    throw error
  }
}

const dims = (shape: readonly number[]) => BigInt64Array.from(shape, BigInt)

const elementAt = (tensor: Pointer, index: number): Pointer =>
  pointerAt(addressOf(tensorData(tensor)) + stringBytes * BigInt(index))

/** Our own string elements are not TensorFlow's to free: it only frees the array that holds them. */
function freeStrings(pointer: Pointer): void {
  const count = Number(tensorByteSize(pointer)) / Number(stringBytes)
  for (let i = 0; i < count; i++) stringDealloc(elementAt(pointer, i))
  deleteTensor(pointer)
}

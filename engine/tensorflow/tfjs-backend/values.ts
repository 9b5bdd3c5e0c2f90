import type { TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js'
import { isNumeric, Tensor, TensorHandle, type DType, type EagerContext, type NumericArray } from '../c-api/index.ts'

type KernelValues = Parameters<TFJSBinding['createTensor']>[2]
type ReadValues = ReturnType<TFJSBinding['tensorDataSync']>

/** The arrays that TensorFlow.js keeps elements in; an int64 is two int32, the low half first. */
const arrays: Partial<Record<DType, { new (length: number): NumericArray; readonly name: string }>> = {
  float32: Float32Array,
  int32: Int32Array,
  int64: Int32Array,
  bool: Uint8Array,
  uint8: Uint8Array,
}

/** Copies values of TensorFlow.js into the eager runtime. Throws `RangeError` for an array that is not of the type. */
export function toHandle(
  context: EagerContext,
  dtype: DType,
  shape: readonly number[],
  values: KernelValues,
): TensorHandle {
  if (dtype === 'string') return context.strings(shape, values as Uint8Array[])
  const expected = arrays[dtype]
  if (!expected || !isNumeric(dtype)) throw new RangeError(`TensorFlow.js has no values of type ${dtype}`)
  if (!(values instanceof expected)) throw new RangeError(`a ${dtype} tensor takes a ${expected.name}`)
  using tensor = Tensor.from(dtype, shape, values)
  return TensorHandle.of(tensor)
}

/**
 * A copy of a tensor's elements: numbers row-major, complex ones as pairs, strings as their bytes.
 * The declared type knows nothing of strings and 64-bit integers, which TensorFlow.js does handle.
 */
export function toValues(handle: TensorHandle): ReadValues {
  using tensor = handle.toTensor()
  return (tensor.dtype === 'string' ? tensor.byteStrings() : tensor.data()) as unknown as ReadValues
}

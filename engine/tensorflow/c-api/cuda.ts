import { openSystemLibrary } from './native.ts'

/** What the CUDA driver says of a GPU. */
export interface CudaDevice {
  readonly model: string
  /** E.g. `9.0`. */
  readonly computeCapability: string
}

// `CUdevice_attribute` of the driver's API.
const COMPUTE_CAPABILITY_MAJOR = 75
const COMPUTE_CAPABILITY_MINOR = 76
const NAME_BYTES = 256

/**
 * The GPUs that the CUDA driver shows to this process, in its order, which is TensorFlow's; none without a driver.
 * TensorFlow's C API tells neither the model nor the compute capability of a device.
 */
export function cudaDevices(): CudaDevice[] {
  const cuda = openSystemLibrary('libcuda.so.1')
  if (!cuda) return []
  const init = cuda.func('int cuInit(unsigned int)') as (flags: number) => number
  const getCount = cuda.func('int cuDeviceGetCount(_Out_ int*)') as (count: number[]) => number
  const getDevice = cuda.func('int cuDeviceGet(_Out_ int*, int)') as (device: number[], ordinal: number) => number
  const getName = cuda.func('int cuDeviceGetName(_Out_ uint8_t*, int, int)') as (
    name: Uint8Array,
    length: number,
    device: number,
  ) => number
  const getAttribute = cuda.func('int cuDeviceGetAttribute(_Out_ int*, int, int)') as (
    value: number[],
    attribute: number,
    device: number,
  ) => number

  /** Every function gives 0 where it succeeds. */
  const number = (call: (value: number[]) => number): number => {
    const value = [0]
    return call(value) === 0 ? value[0]! : 0
  }
  const describe = (ordinal: number): CudaDevice => {
    const device = number((value) => getDevice(value, ordinal))
    const name = new Uint8Array(NAME_BYTES)
    getName(name, NAME_BYTES, device)
    const [major, minor] = [COMPUTE_CAPABILITY_MAJOR, COMPUTE_CAPABILITY_MINOR].map((attribute) =>
      number((value) => getAttribute(value, attribute, device)),
    )
    return { model: Buffer.from(name.subarray(0, name.indexOf(0))).toString(), computeCapability: `${major}.${minor}` }
  }
  if (init(0) !== 0) return []
  return Array.from({ length: number(getCount) }, (_, ordinal) => describe(ordinal))
}

import type { CudaDriver, CudaGpu } from '../../../shared/contract/gpu.ts'
import { openSystemLibrary, type SystemLibrary } from './native.ts'

// `CUdevice_attribute` of the driver's API.
const COMPUTE_CAPABILITY_MAJOR = 75
const COMPUTE_CAPABILITY_MINOR = 76
const NAME_BYTES = 256
const SUCCESS = 0

/** Where WSL 2 keeps the driver, which it does not always tell the system's loader. */
const places = ['libcuda.so.1', '/usr/lib/wsl/lib/libcuda.so.1']

/**
 * What the CUDA driver says to this process: its GPUs in its order, which is TensorFlow's. TensorFlow's C API tells
 * neither the model nor the compute capability of a device.
 */
export function cudaDriver(): CudaDriver {
  const opened = places.map(openSystemLibrary)
  const found = opened.find((one) => one.library !== undefined)?.library
  return found ? ask(found) : { state: 'absent', reason: opened[0]!.problem! }
}

type GetNumber = (value: number[]) => number

function ask(cuda: SystemLibrary): CudaDriver {
  const init = cuda.func('int cuInit(unsigned int)') as (flags: number) => number
  const getVersion = cuda.func('int cuDriverGetVersion(_Out_ int*)') as GetNumber
  const getCount = cuda.func('int cuDeviceGetCount(_Out_ int*)') as GetNumber
  const cudaVersion = numberFrom(getVersion)
  const code = init(0)
  if (code !== SUCCESS) return { state: 'refused', code, cudaVersion }
  const describe = describer(cuda)
  return { state: 'ready', cudaVersion, gpus: Array.from({ length: numberFrom(getCount) }, (_, at) => describe(at)) }
}

function describer(cuda: SystemLibrary): (ordinal: number) => CudaGpu {
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
  const getMemory = cuda.func('int cuDeviceTotalMem_v2(_Out_ size_t*, int)') as (
    bytes: (number | bigint)[],
    device: number,
  ) => number
  return (ordinal) => {
    const device = numberFrom((value) => getDevice(value, ordinal))
    const name = new Uint8Array(NAME_BYTES)
    getName(name, NAME_BYTES, device)
    const [major, minor] = [COMPUTE_CAPABILITY_MAJOR, COMPUTE_CAPABILITY_MINOR].map((attribute) =>
      numberFrom((value) => getAttribute(value, attribute, device)),
    )
    return {
      model: Buffer.from(name.subarray(0, name.indexOf(0))).toString(),
      computeCapability: `${major}.${minor}`,
      memoryBytes: numberFrom((value) => getMemory(value, device)),
    }
  }
}

/** 0 where the call does not succeed. */
function numberFrom(call: (value: number[]) => number): number {
  const value = [0]
  return call(value) === SUCCESS ? Number(value[0]) : 0
}

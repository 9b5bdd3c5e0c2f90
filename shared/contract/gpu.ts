import type { BuildName } from './builds.ts'

/** A GPU as the CUDA driver tells of it. */
export interface CudaGpu {
  /** E.g. `NVIDIA H200`. */
  readonly model: string
  /** E.g. `9.0`. */
  readonly computeCapability: string
  readonly memoryBytes: number
}

/** What NVIDIA's driver library, `libcuda.so.1`, says to a process. */
export type CudaDriver =
  | { readonly state: 'absent'; readonly reason: string }
  /** `cuInit` did not succeed. @see https://docs.nvidia.com/cuda/cuda-driver-api `CUresult` */
  | { readonly state: 'refused'; readonly code: number; readonly cudaVersion: number }
  /** @property cudaVersion the newest CUDA that it can run: 1000 times the major number and 10 times the minor one */
  | { readonly state: 'ready'; readonly cudaVersion: number; readonly gpus: readonly CudaGpu[] }

/** What a process that opens libraries finds out about GPUs, without loading TensorFlow. */
export interface GpuDescription {
  readonly driver: CudaDriver
  /** The build that TensorFlow would be loaded from; not known of a folder that `ANNEAL_TENSORFLOW` names. */
  readonly build?: BuildName
  /** Of NVIDIA's libraries that TensorFlow opens, those that cannot be opened, and what the system says. */
  readonly closed: readonly { readonly name: string; readonly reason: string }[]
  /** `CUDA_VISIBLE_DEVICES`, where it is set. */
  readonly visible?: string
}

/** What the disk tells of NVIDIA's cards, without loading anything. */
export interface GpuSigns {
  /** The driver's version, e.g. `565.57.01`, where its module is loaded. */
  readonly kernelDriver?: string
  /** `/dev/nvidiactl`, by which programs reach the driver. */
  readonly hasDeviceFile: boolean
  /** Windows' own driver, in WSL 2. */
  readonly isWsl: boolean
  /** NVIDIA's graphics cards on the bus. */
  readonly cards: number
  readonly isContainer: boolean
}

/** What `nvidia-smi` says of a card, whatever is hidden from this process. */
export interface SmiGpu {
  readonly model: string
  readonly driver: string
  readonly computeCapability?: string
  readonly memoryBytes: number
  /** Taken by all programs. */
  readonly usedBytes: number
}

export interface GpuFacts extends GpuDescription, GpuSigns {
  /** None where there is no `nvidia-smi`, or it says nothing. */
  readonly smi: readonly SmiGpu[]
}

import { existsSync, readdirSync } from 'node:fs'
import type { GpuDescription, GpuFacts } from '../../shared/contract/gpu.ts'
import { gpuVerdict, whyNoGpu } from '../../shared/contract/gpu-verdict.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { DeviceError } from '../../shared/errors.ts'
import { libraryCandidates } from '../../storage/builds/library.ts'
import { gpuSigns } from '../../storage/builds/gpu-signs.ts'
import { closedLibraries, cudaDriver, devices, hasGpu } from '../tensorflow/c-api/index.ts'

/** What this process finds out about GPUs, without loading TensorFlow, and without it being there. */
export function describeGpu(): GpuDescription {
  const found = libraryCandidates(process.env).find(({ state }) => state === 'usable')
  const { CUDA_VISIBLE_DEVICES: visible } = process.env
  return {
    driver: cudaDriver(),
    ...(found?.build && { build: found.build }),
    closed: !found || found.build === 'cpu' ? [] : closedLibraries(found.folder),
    ...(visible !== undefined && { visible }),
  }
}

/**
 * Why the processor computes though there is a GPU: a sentence; nothing where a GPU is used, none is there, or the
 * processor is what was asked for. Loads TensorFlow. Throws `DeviceError` where a GPU was asked for and none is used.
 */
export function settleDevice(device: Recipe['run']['device']): string | undefined {
  if (device === 'cpu' || hasGpu()) return undefined
  const facts: GpuFacts = { ...describeGpu(), ...gpuSigns(), smi: [] }
  if (device === 'gpu')
    throw new DeviceError(
      `run.device is gpu, and none can be used. ${whyNoGpu(facts)} Or set run.device to auto or cpu to train on the processor.`,
    )
  return gpuVerdict(facts).state === 'none' ? undefined : whyNoGpu(facts)
}

/** What is to be told of that, if anything. */
export const processorNotes = (why: string | undefined): string[] =>
  why === undefined ? [] : [`This is computed on the processor and not on the GPU. ${why}`]

/** From here on most of TensorFlow's code for a card is compiled by its driver. */
const COMPILED_BY_DRIVER = 9

/** What to say where the driver has not yet compiled TensorFlow's kernels for this card. */
export function firstStartNote(): string | undefined {
  const isCompiled = devices().some(({ computeCapability }) => Number(computeCapability) >= COMPILED_BY_DRIVER)
  const { CUDA_CACHE_PATH: cache } = process.env
  if (!isCompiled || cache === undefined || (existsSync(cache) && readdirSync(cache).length > 0)) return undefined
  return "NVIDIA's driver compiles TensorFlow's kernels for this card, once: the first steps take minutes"
}

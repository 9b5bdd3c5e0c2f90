import type { Recipe } from '../../../shared/recipe/schema.ts'
import { mayHaveGpu } from '../../../storage/builds/gpu-signs.ts'
import { deviceEnvironment } from '../../builds/device-environment.ts'
import type { Settings } from '../../../shared/contract/settings.ts'

type Environment = Readonly<Record<string, string>>
type Precision = Recipe['precision']

/**
 * What NVIDIA sets for training on its GPUs (ResNet-50 v1.5 for TensorFlow; its TensorFlow user guide): threads of their own
 * for each GPU; cuDNN's one-pass batch norm, without which it is never fused with its ReLU; Winograd convolutions that are
 * not fused; no wait for the device at the end of a step; two measurements before an algorithm is chosen.
 */
export const gpuEnvironment: Environment = {
  TF_GPU_THREAD_MODE: 'gpu_private',
  TF_GPU_THREAD_COUNT: '2',
  TF_USE_CUDNN_BATCHNORM_SPATIAL_PERSISTENT: '1',
  TF_ENABLE_WINOGRAD_NONFUSED: '1',
  TF_SYNC_ON_FINISH: '0',
  TF_AUTOTUNE_THRESHOLD: '2',
}

/**
 * The precision group as the environment that TensorFlow reads when its library loads. What is
 * for GPUs alone is left out where there can be none. `gpuEnvironment` comes with it there; what the user has set of that
 * stays.
 * @param own the host's environment, which a trainer inherits
 * @param gpu whether one may be there
 */
export function precisionEnvironment(
  precision: Precision,
  own: NodeJS.ProcessEnv,
  gpu: boolean,
): Record<string, string> {
  return {
    TF_ENABLE_ONEDNN_OPTS: precision.oneDnn ? '1' : '0',
    ...(precision.intraOpThreads > 0 && { TF_NUM_INTRAOP_THREADS: String(precision.intraOpThreads) }),
    ...(precision.interOpThreads > 0 && { TF_NUM_INTEROP_THREADS: String(precision.interOpThreads) }),
    ...tensorFloat32(precision, own),
    ...xla(precision, own),
    ...(gpu && { ...determinism(precision), ...gpuMemory(precision), ...tuned(precision, own) }),
    // Its warnings and notes are for TensorFlow's developers; who wants them sets it.
    TF_CPP_MIN_LOG_LEVEL: own.TF_CPP_MIN_LOG_LEVEL ?? '2',
  }
}

/** 0 keeps NVIDIA's libraries from TensorFloat-32, whatever a program asks of them. */
function tensorFloat32({ tf32 }: Precision, own: NodeJS.ProcessEnv): Environment {
  if (!tf32) return { NVIDIA_TF32_OVERRIDE: '0' }
  return own.NVIDIA_TF32_OVERRIDE === undefined ? {} : { NVIDIA_TF32_OVERRIDE: '' }
}

/** Of several flags of one name the last counts, so that the recipe decides. */
function xla({ xla }: Precision, own: NodeJS.ProcessEnv): Environment {
  const flags = own.TF_XLA_FLAGS ? [own.TF_XLA_FLAGS] : []
  if (xla) return { TF_XLA_FLAGS: [...flags, '--tf_xla_auto_jit=2', '--tf_xla_cpu_global_jit'].join(' ') }
  return flags.length === 0 ? {} : { TF_XLA_FLAGS: [...flags, '--tf_xla_auto_jit=-1'].join(' ') }
}

/** For a GPU: kernels of the CPU are deterministic anyway, and TensorFlow would refuse to measure the wait for data. */
function determinism({ deterministic }: Precision): Environment {
  const value = deterministic ? '1' : '0'
  return { TF_DETERMINISTIC_OPS: value, TF_CUDNN_DETERMINISTIC: value }
}

/** The session reads the share: TensorFlow has no variable for it. */
function gpuMemory({ gpuMemoryFraction }: Precision): Environment {
  if (gpuMemoryFraction === 0) return { TF_FORCE_GPU_ALLOW_GROWTH: 'true' }
  return { ANNEAL_GPU_MEMORY_FRACTION: String(gpuMemoryFraction), TF_FORCE_GPU_ALLOW_GROWTH: 'false' }
}

/** All that a recipe asks of a trainer's environment. @param own the host's */
export function trainerEnvironment(
  { precision, run }: Recipe,
  own: NodeJS.ProcessEnv,
  settings: Settings,
): Environment {
  const gpu = mayHaveGpu()
  const intraOpThreads = precision.intraOpThreads || settings.threads
  return {
    ...precisionEnvironment({ ...precision, intraOpThreads }, own, gpu && run.device !== 'cpu'),
    ...deviceEnvironment(run.device, own, { gpu, settings }),
  }
}

/** What a trainer is started with: the host's environment and its own; a variable of its own that is empty is not set. */
export const mergedEnvironment = (own: NodeJS.ProcessEnv, environment: Environment): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries({ ...own, ...environment }).filter(([name]) => environment[name] !== ''))

function tuned({ deterministic }: Precision, own: NodeJS.ProcessEnv): Environment {
  const { TF_USE_CUDNN_BATCHNORM_SPATIAL_PERSISTENT, ...rest } = gpuEnvironment
  // The one-pass batch norm adds up in any order.
  const wanted = deterministic ? rest : { ...rest, TF_USE_CUDNN_BATCHNORM_SPATIAL_PERSISTENT }
  return Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, own[name] ?? value!]))
}

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { BuildName } from '../../shared/contract/builds.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { findBuild, wantedBuild } from '../../storage/builds/library.ts'
import { userCache } from '../../storage/user-cache.ts'
import type { Settings } from '../../shared/contract/settings.ts'

export interface DeviceSituation {
  /** Whether an NVIDIA GPU may be there. */
  readonly gpu: boolean
  readonly settings: Pick<Settings, 'build'>
}

/** Bytes: the most that the driver takes. It keeps there what it has compiled for this card. */
const COMPUTE_CACHE = 2 ** 32

/** No device has this number. An empty value would be taken for none that is set. */
const NO_DEVICE = '-1'

/**
 * What a trainer's environment has for its device: which build of TensorFlow it loads, and what that needs.
 * @param own the host's environment, which a trainer inherits; what the person has set there stays
 * Throws `TensorFlowLibraryError` where `ANNEAL_BUILD` names no build.
 */
export function deviceEnvironment(
  device: Recipe['run']['device'],
  own: NodeJS.ProcessEnv,
  situation: DeviceSituation,
): Record<string, string> {
  const build = own.ANNEAL_TENSORFLOW ? undefined : chooseBuild(device, own, situation)
  return {
    ...(build && { ANNEAL_BUILD: build }),
    ...(device === 'cpu' && build !== 'cpu' && { CUDA_VISIBLE_DEVICES: NO_DEVICE }),
    ...(build !== 'cpu' && cudaEnvironment(build, own)),
  }
}

/** Nothing where there is none at all: looking for TensorFlow then says what to do. */
function chooseBuild(
  device: Recipe['run']['device'],
  own: NodeJS.ProcessEnv,
  { gpu, settings }: DeviceSituation,
): BuildName | undefined {
  const wanted = wantedBuild(own) ?? (settings.build === 'auto' ? undefined : settings.build)
  if (wanted !== undefined) return wanted
  const isThere = (name: BuildName) => findBuild(name, own) !== undefined
  const first: BuildName = device === 'gpu' || (device === 'auto' && gpu) ? 'cuda' : 'cpu'
  return [first, 'cpu' as const, 'cuda' as const].find(isThere)
}

function cudaEnvironment(build: BuildName | undefined, own: NodeJS.ProcessEnv): Record<string, string> {
  const found = build ? findBuild(build, own)?.folder : own.ANNEAL_TENSORFLOW
  const compiler = found && join(found, '..', 'nvidia', 'cuda_nvcc')
  return {
    ...(compiler && existsSync(compiler) && xlaFlags(compiler, own)),
    CUDA_CACHE_PATH: own.CUDA_CACHE_PATH ?? join(userCache(own), 'cuda'),
    CUDA_CACHE_MAXSIZE: own.CUDA_CACHE_MAXSIZE ?? String(COMPUTE_CACHE),
  }
}

/** XLA guesses where CUDA lies, and has ended the process over a wrong guess. */
function xlaFlags(compiler: string, { XLA_FLAGS: flags = '' }: NodeJS.ProcessEnv): Record<string, string> {
  if (flags.includes('--xla_gpu_cuda_data_dir')) return {}
  return { XLA_FLAGS: `${flags} --xla_gpu_cuda_data_dir="${compiler}"`.trim() }
}

import { buildNames, type BuildName } from '../shared/contract/builds.ts'
import { tellsOfGpu } from '../storage/builds/gpu-signs.ts'
import { findBuild, findLibrary, wantedBuild } from '../storage/builds/library.ts'
import { say } from './progress.ts'

export interface FetchOptions {
  readonly env: NodeJS.ProcessEnv
  /** Check the checksums of what is there, and fetch anew what differs. */
  readonly repair?: boolean
  /** Look for a GPU even where TensorFlow is there already: set-up itself was asked for. */
  readonly offer?: boolean
  /** The build that was asked for. */
  readonly build?: BuildName | undefined
  /** A folder or a server that has the wheels, in the place of pip's index. */
  readonly mirror?: string
  /** A file with NVIDIA's packages in other versions. */
  readonly pins?: string
}

/**
 * Makes sure that TensorFlow can be loaded: from the folder that `ANNEAL_TENSORFLOW` names, or else from the cache of
 * this person, which is filled with the build that was asked for, or that suits the machine. Throws
 * `TensorFlowLibraryError`, `StorageError` or `UsageError`.
 */
export async function fetchTensorFlow(options: FetchOptions): Promise<void> {
  const { env, build = wantedBuild(env) } = options
  if (env.ANNEAL_TENSORFLOW) return useNamedFolder(env, options)
  const present = buildNames.filter((name) => findBuild(name, env)?.source === 'cache')
  if (isEnough(present, { ...options, build })) return
  // Who goes on with what is there does not wait until the code that fetches is loaded.
  const { fetchBuilds } = await import('./fetch-builds.ts')
  await fetchBuilds(present, { ...options, build })
}

function isEnough(present: readonly BuildName[], { repair, offer, build }: FetchOptions): boolean {
  const isThere = build === undefined ? present.length > 0 : present.includes(build)
  if (!isThere || repair) return false
  return !offer || (build === undefined && (present.includes('cuda') || !tellsOfGpu()))
}

function useNamedFolder(env: NodeJS.ProcessEnv, { repair, build }: FetchOptions): void {
  const { folder } = findLibrary(env)
  if (repair || build)
    say(`ANNEAL_TENSORFLOW names ${folder}, which is not set-up's to change; unset it to fetch or repair a build.`)
}

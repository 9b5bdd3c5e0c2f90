import { cachedBuild, version } from '../storage/builds/builds.ts'
import { findBuild, findLibrary, verifyBuild } from '../storage/builds/library.ts'
import { say } from './progress.ts'

export interface FetchOptions {
  env: NodeJS.ProcessEnv
  /** Check the libraries' checksums, and fetch them again where one differs. */
  repair: boolean
  /** Keeps two set-ups on one machine from doing the same work. */
  exclusively: (name: string, work: () => Promise<void>, onWait: () => void) => Promise<void>
}

/**
 * Makes sure that TensorFlow can be loaded: from the folder that `ANNEAL_TENSORFLOW` names, or else from the
 * cache of this user, which is filled when it is not whole. Throws `TensorFlowLibraryError` or `StorageError`.
 */
export async function fetchTensorFlow({ env, repair, exclusively }: FetchOptions): Promise<void> {
  if (env.ANNEAL_TENSORFLOW) return useNamedFolder(env, repair)
  const target = cachedBuild(env, 'cpu')
  if (!repair && isUsable(env)) return
  if (process.platform !== 'linux' || process.arch !== 'x64') findLibrary(env)
  const work = async () => {
    if (await isWhole(env, target, repair)) return
    // Loaded only where there is something to fetch: set-up comes before every demo, test and bench.
    const { fillCache } = await import('./fill-cache.ts')
    await fillCache(target)
  }
  await exclusively(`tensorflow ${target}`, work, () => say('Waiting for another set-up that fetches TensorFlow ...'))
}

function useNamedFolder(env: NodeJS.ProcessEnv, repair: boolean): void {
  const { folder } = findLibrary(env)
  if (repair) say(`ANNEAL_TENSORFLOW names ${folder}, which is not set-up's to repair; unset it to repair the cache.`)
}

const isUsable = (env: NodeJS.ProcessEnv) => findBuild('cpu', env) !== undefined

async function isWhole(env: NodeJS.ProcessEnv, target: string, repair: boolean): Promise<boolean> {
  if (!isUsable(env)) return false
  if (!repair) return true
  say(`Checking TensorFlow ${version} in ${target} ...`)
  const damage = await verifyBuild('cpu', target)
  say(damage ? `It is damaged: ${damage}.` : 'It is whole.')
  return damage === null
}

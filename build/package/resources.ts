import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { cachedBuild, folderName, librariesIn, libraryNames } from '../../storage/builds/builds.ts'
import { findBuild, howToFetch } from '../../storage/builds/library.ts'
import { root } from '../node-bundle.ts'
import { copyModules, foldersOf, neverLoaded, readLock, unbundled } from './modules.ts'

/**
 * Lays out beside the archive what is read from real files: packages with native code, where Node's own search finds
 * them; TensorFlow; the bundled dataset; the command line.
 * @param resources the package's folder of resources
 */
export function packResources(resources: string, env: NodeJS.ProcessEnv): void {
  copyModules(foldersOf(unbundled, readLock(root), neverLoaded), root, resources)
  packTensorFlow(resources, env)
  const dataset = 'datasets/fashion-mnist-mini'
  cpSync(join(root, dataset), join(resources, dataset), { recursive: true })
  cpSync(join(root, 'build/package/bin'), join(resources, 'bin'), { recursive: true })
}

/** TensorFlow for the processor, as it is pinned. Throws an `Error` where that is not there. */
function packTensorFlow(resources: string, env: NodeJS.ProcessEnv): void {
  // What ANNEAL_TENSORFLOW names may be anything, and a package holds what is pinned.
  const found = findBuild('cpu', { ...env, ANNEAL_TENSORFLOW: undefined, ANNEAL_RESOURCES: undefined })
  if (!found)
    throw new Error(
      `TensorFlow is not in ${cachedBuild(env, 'cpu')}, from where it is packed; unset ANNEAL_TENSORFLOW and ${howToFetch('cpu', {}, false)}.`,
    )
  const target = librariesIn(join(resources, 'tensorflow', folderName('cpu')), 'cpu')
  for (const name of libraryNames()) cpSync(join(found.folder, name), join(target, name))
}

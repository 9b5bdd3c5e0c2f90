import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { cachedBuild, folderName, librariesIn, libraryNames } from '../../storage/builds/builds.ts'
import { findBuild, howToFetch } from '../../storage/builds/library.ts'
import { resourceNames } from '../../electron/resource-names.ts'
import { root } from '../node-bundle.ts'
import { packAddresses } from './addresses.ts'
import { drawIcon } from './icons.ts'
import { writeLicences } from './licences.ts'
import { copyModules, foldersOf, neverLoaded, readLock, unbundled } from './modules.ts'

/**
 * Lays out beside the archive what is read from real files: packages with native code, where Node's own search finds
 * them; TensorFlow; the bundled dataset; and `anneal`, by which a person starts all of it.
 * @param resources the package's folder of resources
 * @param electron its version
 */
export async function packResources(resources: string, electron: string, env: NodeJS.ProcessEnv): Promise<void> {
  copyModules(foldersOf(unbundled, readLock(root), neverLoaded), root, resources)
  packTensorFlow(resources, env)
  await packAddresses(resources)
  writeLicences(join(resources, resourceNames.licences), electron)
  await drawIcon(256, join(resources, resourceNames.icon))
  const dataset = 'datasets/fashion-mnist-mini'
  cpSync(join(root, dataset), join(resources, dataset), { recursive: true })
  cpSync(join(root, 'build/package/anneal.sh'), join(resources, process.platform === 'darwin' ? 'bin' : '..', 'anneal'))
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

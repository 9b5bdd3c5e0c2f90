import { existsSync, type Dirent } from 'node:fs'
import { opendir, stat, statfs } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { CacheDescription, CacheName, StorageDescription } from '../../shared/contract/settings.ts'
import { StorageError } from '../../shared/errors.ts'
import { exclusively } from '../../storage/exclusively.mjs'
import { nearestFolder } from '../../storage/nearest-folder.ts'
import { DELETED, removeFolder } from '../../storage/remove-folder.ts'
import { userCache } from '../../storage/user-cache.ts'
import type { Home } from './home.ts'

const details: Readonly<Record<CacheName, string>> = {
  pixels: 'Decoded images of datasets. A run that wants them decodes its images again.',
  indexes: 'What was read of datasets when they were checked. The next use of a dataset reads every image again.',
  metrics: "Runs' curves in a form that opens at once. They are made again from the runs.",
  kernels: "What NVIDIA's driver has compiled for this GPU. The first start on it then takes minutes again.",
  downloads: 'Parts of builds whose fetching was interrupted. Fetching begins anew.',
}

/** What Anneal keeps that comes again by itself. */
export class Caches {
  constructor(
    private readonly home: Home,
    private readonly env: NodeJS.ProcessEnv = process.env,
  ) {}

  async describe(): Promise<StorageDescription> {
    const names = Object.keys(details) as CacheName[]
    const caches = names.map(async (name): Promise<CacheDescription> => {
      const folder = this.#folderOf(name)
      const sizes = await Promise.all((await this.#foldersOf(name)).map(bytesBelow))
      return { name, detail: details[name], folder, bytes: sizes.reduce((sum, bytes) => sum + bytes, 0) }
    })
    const { bavail, bsize } = await statfs(nearestFolder(this.home.root))
    return { home: this.home.root, freeBytes: bavail * bsize, caches: await Promise.all(caches) }
  }

  /**
   * Deletes what lies there. The caller sees to it that nothing uses it. Returns the bytes that were freed.
   * @throws StorageError
   */
  async clear(name: CacheName): Promise<number> {
    let freed = 0
    for (const folder of await this.#foldersOf(name)) {
      const bytes = await bytesBelow(folder)
      if (name === 'downloads') await removePart(folder)
      else await removeFolder(folder)
      freed += bytes
    }
    return freed
  }

  /** Where a person finds it. */
  #folderOf(name: CacheName): string {
    if (name === 'downloads') return join(userCache(this.env), 'tensorflow')
    if (name === 'kernels') return this.env.CUDA_CACHE_PATH || join(userCache(this.env), 'cuda')
    return join(this.home.cache, name)
  }

  /** Those of it that are there, with what an interrupted deletion left. */
  async #foldersOf(name: CacheName): Promise<string[]> {
    const folder = this.#folderOf(name)
    const parent = name === 'downloads' ? folder : dirname(folder)
    const isPart = (entry: string) =>
      name === 'downloads'
        ? /\.parts(\.deleted)?$/.test(entry)
        : [basename(folder), basename(folder) + DELETED].includes(entry)
    const found = await entriesOf(parent)
    return found.filter((entry) => entry.isDirectory() && isPart(entry.name)).map((entry) => join(parent, entry.name))
  }
}

/** What has come of a build, unless somebody fetches that now. */
function removePart(folder: string): Promise<void> {
  const build = folder.replace(/\.parts(\.deleted)?$/, '')
  return exclusively(
    `tensorflow ${build}`,
    () => removeFolder(folder),
    () => {
      throw new StorageError(`${build} is being fetched now; stop that first.`)
    },
  )
}

/** None of a folder that is not there. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  if (!existsSync(folder)) return []
  const entries: Dirent[] = []
  for await (const entry of await opendir(folder)) entries.push(entry)
  return entries
}

/** Bytes of all files; what goes away meanwhile counts nothing. */
async function bytesBelow(folder: string): Promise<number> {
  let sum = 0
  for (const entry of await entriesOf(folder).catch(() => [])) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) sum += await bytesBelow(path)
    else if (entry.isFile()) sum += (await stat(path).catch(() => undefined))?.size ?? 0
  }
  return sum
}

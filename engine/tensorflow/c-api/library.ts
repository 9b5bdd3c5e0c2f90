import { statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { LibraryCandidate } from '../../../shared/contract/trainer.ts'
import { TensorFlowLibraryError } from '../../../shared/errors.ts'
import { fileSha256 } from '../../../storage/hash.ts'
import release from './tensorflow-release.json' with { type: 'json' }
import { elfDamage } from './elf.ts'

/** The folder of this user that set-up fills: `$XDG_CACHE_HOME` or `~/.cache`, then our own name and the version's. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  // The XDG base directory specification says that a relative path is to be ignored.
  const base = env.XDG_CACHE_HOME?.startsWith('/') ? env.XDG_CACHE_HOME : join(env.HOME || homedir(), '.cache')
  return join(base, 'anneal', 'tensorflow', `${release.version}-${release.build}`)
}

/** The folders where TensorFlow is looked for, the first first; the cache is not looked at where the variable is set. */
export function libraryCandidates(env: NodeJS.ProcessEnv): LibraryCandidate[] {
  const cache = examine('cache', cacheFolder(env))
  return env.ANNEAL_TENSORFLOW ? [examine('environment', env.ANNEAL_TENSORFLOW), cache] : [cache]
}

/**
 * The folder to load TensorFlow from. Where `ANNEAL_TENSORFLOW` is set nothing else is tried: silently taking
 * another build would be worse than an error. Nothing is loaded, since loading a library that was cut short
 * kills the process. Throws `TensorFlowLibraryError`.
 */
export function findLibrary(env: NodeJS.ProcessEnv, platform = `${process.platform}-${process.arch}`): string {
  const [first] = libraryCandidates(env)
  if (first?.state === 'usable') return first.folder
  throw new TensorFlowLibraryError(advice(first!, platform))
}

/**
 * Reads both libraries in a folder of the cache in full and compares their SHA-256 with the release's; takes
 * seconds. Returns what is wrong, or `null`.
 */
export async function verifyLibrary(folder: string): Promise<string | null> {
  const { state, detail } = examine('cache', folder)
  if (state !== 'usable') return detail
  for (const { name, sha256 } of release.libraries)
    if ((await fileSha256(join(folder, name))) !== sha256)
      return `${name} does not have the checksum of TensorFlow ${release.version}`
  return null
}

function examine(source: LibraryCandidate['source'], folder: string): LibraryCandidate {
  const absent = release.libraries.filter(({ name }) => sizeOf(join(folder, name)) === null)
  if (absent.length > 0) {
    const detail = `${absent.map(({ name }) => name).join(' and ')} ${absent.length > 1 ? 'are' : 'is'} missing`
    return { source, folder, state: absent.length === release.libraries.length ? 'missing' : 'damaged', detail }
  }
  const damage = source === 'cache' ? wrongSize(folder) : notALibrary(folder)
  if (damage) return { source, folder, state: 'damaged', detail: damage }
  const detail = source === 'cache' ? `TensorFlow ${release.version}` : 'both libraries are there'
  return { source, folder, state: 'usable', detail }
}

/** Set-up's own folder holds one known build, so its sizes are known. */
function wrongSize(folder: string): string | null {
  for (const { name, bytes } of release.libraries) {
    const size = sizeOf(join(folder, name))
    if (size !== bytes) return `${name} has ${size} bytes instead of ${bytes}`
  }
  return null
}

/** A folder that the variable names may hold another build, so only the shape of the files can be checked. */
function notALibrary(folder: string): string | null {
  for (const { name } of release.libraries) {
    try {
      const damage = elfDamage(join(folder, name))
      if (damage) return `${name} ${damage}`
    } catch (error) {
      return `${name} cannot be read (${(error as NodeJS.ErrnoException).code})`
    }
  }
  return null
}

/** `null` for whatever is no file that can be reached; a part of the path may be a file itself. */
function sizeOf(file: string): number | null {
  try {
    const stats = statSync(file)
    return stats.isFile() ? stats.size : null
  } catch {
    return null
  }
}

function advice({ source, folder, state, detail }: LibraryCandidate, platform: string): string {
  if (source === 'environment')
    return `ANNEAL_TENSORFLOW names ${folder}, but there ${detail}; set it to a folder with both TensorFlow libraries, or unset it and run "npm run setup".`
  if (platform !== 'linux-x64')
    return `TensorFlow for Anneal has been tried on Linux x64 only, and this is ${platform}; set ANNEAL_TENSORFLOW to a folder with ${release.libraries.map(({ name }) => name).join(' and ')} to try it here.`
  if (state === 'damaged')
    return `TensorFlow in ${folder} is damaged (${detail}); run "npm run setup -- --repair" to fetch it again.`
  return `TensorFlow ${release.version} is not in ${folder}; run "npm run setup" to fetch it.`
}

import { existsSync, rmSync } from 'node:fs'
import { mkdir, mkdtemp, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileSha256 } from '../engine/tensorflow/c-api/library.ts'
import release from '../engine/tensorflow/tensorflow-release.json' with { type: 'json' }
import { StorageError, TensorFlowLibraryError } from '../shared/errors.ts'
import { downloadWheel, type Wheel } from './pip.ts'
import { say, withMeter } from './progress.ts'
import { unpackWheel } from './unpack-wheel.ts'

const wheel: Wheel = { ...release.wheel, version: release.version }
const libraryBytes = release.libraries.reduce((sum, { bytes }) => sum + bytes, 0)
const dayMs = 24 * 3600 * 1000

/**
 * Fetches TensorFlow into a folder of the cache. Everything happens in a folder beside the final one, which then
 * takes its place in one step. Throws `TensorFlowLibraryError` or `StorageError`.
 */
export async function fillCache(target: string): Promise<void> {
  const aside = await makeFolderBeside(target)
  const clear = () => rmSync(aside, { recursive: true, force: true })
  const stop = (signal: NodeJS.Signals) => {
    clear()
    process.exit(signal === 'SIGINT' ? 130 : 143)
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    await fetchInto(aside)
    await moveIntoPlace(aside, target)
    say(`TensorFlow ${release.version} is in ${target}.`)
  } catch (error) {
    throw asStorageError(error, target)
  } finally {
    clear()
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

async function makeFolderBeside(target: string): Promise<string> {
  const parent = dirname(target)
  try {
    await mkdir(parent, { recursive: true })
    await clearAbandoned(target)
    await checkRoom(parent)
    return await mkdtemp(`${target}.part-`)
  } catch (error) {
    throw asStorageError(error, target)
  }
}

/** A set-up that was killed leaves its folder; one that is younger than a day may be at work on another machine. */
async function clearAbandoned(target: string): Promise<void> {
  for (const name of await readdir(dirname(target))) {
    const path = join(dirname(target), name)
    if (!name.startsWith(`${basename(target)}.`)) continue
    if (Date.now() - (await stat(path)).mtimeMs > dayMs) await rm(path, { recursive: true, force: true })
  }
}

async function checkRoom(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const needed = wheel.bytes + libraryBytes
  if (bavail * bsize >= needed) return
  throw new StorageError(`TensorFlow needs ${(needed / 1e9).toFixed(1)} GB in ${folder}, which has ${((bavail * bsize) / 1e9).toFixed(1)} GB free; free some, or set XDG_CACHE_HOME to a folder on another disk.`)
}

async function fetchInto(folder: string): Promise<void> {
  const file = await downloadWheel(wheel, folder)
  if ((await fileSha256(file)) !== wheel.sha256)
    throw new TensorFlowLibraryError(`The downloaded ${wheel.file} does not have the expected checksum, so it was thrown away; run "npm run setup" again, and check which index pip uses if that does not help.`)
  let done = 0
  const unpack = () => unpackWheel(file, release.libraries, folder, (bytes) => (done += bytes))
  await withMeter('Unpacking TensorFlow', libraryBytes, () => done, unpack)
  await rm(file)
  for (const name of await readdir(folder)) if (!release.libraries.some((library) => library.name === name)) await rm(join(folder, name), { recursive: true })
}

async function moveIntoPlace(folder: string, target: string): Promise<void> {
  await syncFolder(folder)
  if (existsSync(target)) {
    const old = await mkdtemp(`${target}.old-`)
    await rename(target, join(old, 'replaced'))
    await rename(folder, target)
    await rm(old, { recursive: true, force: true })
  } else await rename(folder, target)
  await syncFolder(dirname(target))
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

/** What the file system says, as a sentence; other errors pass as they are. */
function asStorageError(error: unknown, target: string): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new StorageError(`The disk is full at ${target}; free 1.2 GB there, or set XDG_CACHE_HOME to a folder on another disk.`, { cause: error })
    // What Node's recursive mkdir says on a read-only file system.
    case 'ENOENT':
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
      return new StorageError(`${target} cannot be written; make it writable, or set XDG_CACHE_HOME to a folder that is.`, { cause: error })
    default:
      return error
  }
}

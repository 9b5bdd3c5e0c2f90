import { existsSync, rmSync } from 'node:fs'
import { mkdir, mkdtemp, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { StorageError } from '../shared/errors.ts'

const dayMs = 24 * 3600 * 1000

export interface Need {
  /** What it is for, as a sentence begins with it. */
  readonly name: string
  /** What is on the disk at most while it is fetched. */
  readonly bytes: number
}

/**
 * Fills a folder of the cache. The work is done in a folder beside the final one, which then takes its place in
 * one step: whoever finds the folder finds it whole. Throws what the work throws, or `StorageError`.
 */
export async function fillFolder(target: string, need: Need, fill: (folder: string) => Promise<void>): Promise<void> {
  const aside = await makeFolderBeside(target, need)
  const clear = () => rmSync(aside, { recursive: true, force: true })
  const stop = (signal: NodeJS.Signals) => {
    clear()
    process.exit(signal === 'SIGINT' ? 130 : 143)
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    await fill(aside)
    await moveIntoPlace(aside, target)
  } catch (error) {
    throw asStorageError(error, target, need)
  } finally {
    clear()
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

async function makeFolderBeside(target: string, need: Need): Promise<string> {
  const parent = dirname(target)
  try {
    await mkdir(parent, { recursive: true })
    await clearAbandoned(target)
    await checkRoom(parent, need)
    return await mkdtemp(`${target}.part-`)
  } catch (error) {
    throw asStorageError(error, target, need)
  }
}

/** A set-up that was killed leaves its folder; one that is younger than a day may be at work on another machine. */
async function clearAbandoned(target: string): Promise<void> {
  for (const name of await readdir(dirname(target))) {
    const path = `${dirname(target)}/${name}`
    if (!/\.(part|old)-/.test(name) || !name.startsWith(`${basename(target)}.`)) continue
    if (Date.now() - (await stat(path)).mtimeMs > dayMs) await rm(path, { recursive: true, force: true })
  }
}

async function checkRoom(folder: string, { name, bytes }: Need): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free >= bytes) return
  throw new StorageError(
    `${name} needs ${gigabytes(bytes)} in ${folder}, which has ${gigabytes(free)} free; free some, or set XDG_CACHE_HOME to a folder on another disk.`,
  )
}

async function moveIntoPlace(folder: string, target: string): Promise<void> {
  await syncFolder(folder)
  if (existsSync(target)) {
    const old = await mkdtemp(`${target}.old-`)
    await rename(target, `${old}/replaced`)
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
function asStorageError(error: unknown, target: string, { bytes }: Need): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new StorageError(
        `The disk is full at ${target}; free ${gigabytes(bytes)} there, or set XDG_CACHE_HOME to a folder on another disk.`,
        { cause: error },
      )
    // What Node's recursive mkdir says on a read-only file system.
    case 'ENOENT':
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
      return new StorageError(
        `${target} cannot be written; make it writable, or set XDG_CACHE_HOME to a folder that is.`,
        { cause: error },
      )
    default:
      return error
  }
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`

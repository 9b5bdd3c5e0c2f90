import { rmSync } from 'node:fs'
import { mkdir, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StorageError } from '../shared/errors.ts'
import { removeAbandoned, writeFolderWhole } from '../storage/write-folder.ts'

export interface Need {
  /** What it is for, as a sentence begins with it. */
  readonly name: string
  /** What is on the disk at most while it is fetched. */
  readonly bytes: number
}

/**
 * Fills a folder of the cache. Whoever finds the folder finds it whole. Throws what the work throws, or `StorageError`.
 */
export async function fillFolder(target: string, need: Need, fill: (folder: string) => Promise<void>): Promise<void> {
  // A signal ends the process at once: what was written until then goes first.
  let aside: string | undefined
  const stop = (signal: NodeJS.Signals) => {
    if (aside !== undefined) rmSync(aside, { recursive: true, force: true })
    process.exit(signal === 'SIGINT' ? 130 : 143)
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    await mkdir(dirname(target), { recursive: true })
    removeAbandoned(target)
    await checkRoom(dirname(target), need)
    await writeFolderWhole(target, (folder) => fill((aside = folder)), { replace: true })
  } catch (error) {
    throw asStorageError(error, target, need)
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
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

/** What the file system says, as a sentence; other errors pass as they are. */
function asStorageError(error: unknown, target: string, { bytes }: Need): unknown {
  // What the storage has made a sentence of already has its cause.
  const { code } = (error instanceof StorageError && error.cause ? error.cause : error) as NodeJS.ErrnoException
  switch (code) {
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

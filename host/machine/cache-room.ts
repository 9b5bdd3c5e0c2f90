import { statfsSync } from 'node:fs'
import { StorageError } from '../../shared/errors.ts'
import { gigabytes } from '../../shared/format-bytes.ts'

/** Bytes: what `gigabytes` shows of a size. */
const ROUND = 1e8

/** How a person moves the cache elsewhere, as a clause. */
const elsewhere = 'set XDG_CACHE_HOME to a folder on another disk'

/**
 * Throws `StorageError` where a folder's disk has less room than is needed.
 * @param name what the room is for, as a sentence begins with it
 */
export function checkRoom(folder: string, name: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  if (free >= bytes) return
  // Rounded away from each other: two that look the same would be no reason.
  const [needed, available] = [Math.ceil(bytes / ROUND) * ROUND, Math.floor(free / ROUND) * ROUND]
  throw new StorageError(
    `${name} needs ${gigabytes(needed)} in ${folder}, which has ${gigabytes(available)} free; free some, or ${elsewhere}.`,
  )
}

/** What the file system says of a folder of the cache, as a sentence; other errors pass as they are. */
export function asCacheError(error: unknown, target: string, bytes: number): unknown {
  // What the storage has made a sentence of already has its cause.
  const { code } = (error instanceof StorageError && error.cause ? error.cause : error) as NodeJS.ErrnoException
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new StorageError(`The disk is full at ${target}; free ${gigabytes(bytes)} there, or ${elsewhere}.`, {
        cause: error,
      })
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

import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { asCacheError, checkRoom } from '../host/machine/cache-room.ts'
import { makeFolder } from '../storage/files.ts'
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
    makeFolder(dirname(target))
    removeAbandoned(target)
    checkRoom(dirname(target), need.name, need.bytes)
    await writeFolderWhole(target, (folder) => fill((aside = folder)), { replace: true })
  } catch (error) {
    throw asCacheError(error, target, need.bytes)
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

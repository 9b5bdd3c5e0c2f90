import { dirname } from 'node:path'
import { StorageError } from '../shared/errors.ts'
import { makeFolder } from './files.ts'
import { holderName } from './holder.ts'
import { lockedUntil, takeLock, type LockHolder } from './lock-file.ts'

/** Milliseconds. */
const PATIENCE = 5000
const RETRY = 10

/**
 * Does work on a file while no other process does that works on it this way: the one lock of a file that is read,
 * changed and written. Throws `StorageError` where another one keeps at it.
 */
export async function alone<R>(path: string, work: () => R): Promise<R> {
  const release = await lock(path)
  try {
    return work()
  } finally {
    release()
  }
}

async function lock(path: string): Promise<() => void> {
  makeFolder(dirname(path))
  const file = `${path}.lock`
  const limit = Date.now() + PATIENCE
  for (let isPastLimit = false; ; isPastLimit = Date.now() > limit) {
    // Nobody needs that long: where its process cannot be asked, it is gone.
    const isGone = (holder: LockHolder) => {
      const until = lockedUntil(file, holder)
      return until === undefined || (isPastLimit && until !== Infinity)
    }
    const attempt = takeLock(file, isGone)
    if ('release' in attempt) return attempt.release
    if (isPastLimit)
      throw new StorageError(
        `${path} is being changed by another Anneal${attempt.holder ? ` (${holderName(attempt.holder)}, until that ends)` : ''}; try again.`,
      )
    await new Promise((resolve) => setTimeout(resolve, RETRY))
  }
}

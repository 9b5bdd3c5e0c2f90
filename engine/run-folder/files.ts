import { closeSync, fsyncSync, openSync } from 'node:fs'
import { StorageError } from '../../shared/errors.ts'

const reasons: Record<string, string> = {
  ENOSPC: 'the disk is full; free some space',
  EDQUOT: 'the disk quota is used up; free some space',
  EACCES: 'writing is not permitted; change its permissions',
  EPERM: 'writing is not permitted; change its permissions',
  EROFS: 'the file system is read-only; choose another ANNEAL_HOME',
  ENOTDIR: 'a file stands where a folder is needed; choose another ANNEAL_HOME',
}

/** Runs a piece of file work; a system error that a person can mend comes out as a `StorageError` that says how. */
export function storing<R>(what: string, work: () => R): R {
  try {
    return work()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (!Object.hasOwn(reasons, code)) throw error
    throw new StorageError(`${what} could not be written: ${reasons[code]}.`, { cause: error })
  }
}

/** Makes sure that what was written to a file, or to the list of a folder, is on the disk. */
export function sync(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

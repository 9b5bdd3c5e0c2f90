import { closeSync, fsyncSync, openSync } from 'node:fs'
import { asStorageError } from '../../shared/storage.ts'

/** Does work on a file or folder; a system error that a person can mend comes out as one `StorageError`. */
export function storing<R>(path: string, work: () => R): R {
  try {
    return work()
  } catch (error) {
    throw asStorageError(error, path)
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

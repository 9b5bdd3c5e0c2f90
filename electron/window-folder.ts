import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Home } from '../host/machine/home.ts'
import { StorageError } from '../shared/errors.ts'
import { makeFolder, storing } from '../storage/files.ts'
import { writeFileWhole } from '../storage/write-file.ts'

/** Bytes: the least that a disk gives out. */
const LITTLE = 4096

/**
 * The folder of the home with what Chromium keeps, made where it is not there and written to: Chromium ends without a word
 * where its lock cannot be. Throws `StorageError`.
 */
export function windowFolder(home: Home): string {
  const folder = join(home.ensure('root'), 'window')
  try {
    makeFolder(folder)
    const probe = join(folder, `.probe-${process.pid}`)
    try {
      storing(folder, () => writeFileWhole(probe, new Uint8Array(LITTLE)))
    } finally {
      rmSync(probe, { force: true })
    }
    return folder
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    throw new StorageError(`${error.message.replace(/\.$/, '')}, or set ANNEAL_HOME to another folder.`, {
      cause: error.cause,
    })
  }
}

import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openPromise } from 'yauzl'
import { writeSynced } from '../storage/write-synced.ts'

/**
 * Unpacks a zip file of programs and data into a folder, each file synced to the disk with the permissions that
 * it was packed with. yauzl refuses names that lead out of the folder. Links are not unpacked: an `Error` says so.
 */
export async function unzip(file: string, folder: string, onBytes: (bytes: number) => void): Promise<void> {
  const archive = await openPromise(file)
  for await (const entry of archive.eachEntry()) {
    const path = join(folder, entry.fileName)
    if (entry.fileName.endsWith('/')) {
      await mkdir(path, { recursive: true })
      continue
    }
    // The upper half holds Unix's mode: the kind of file, and who may do what.
    const mode = entry.externalFileAttributes >>> 16
    if ((mode & 0o170000) === 0o120000)
      throw new Error(`${file} holds a link, ${entry.fileName}, which is not unpacked.`)
    await mkdir(dirname(path), { recursive: true })
    await writeSynced(await archive.openReadStreamPromise(entry), path, onBytes, mode & 0o777)
  }
}

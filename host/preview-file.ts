import { dirname } from 'node:path'
import { makeFolder, storing } from '../storage/files.ts'
import { writeFileWhole } from '../storage/write-file.ts'

/** Writes a sheet whole, and the folder around it where there is none. Throws `StorageError`. */
export function writeSheet(file: string, content: Uint8Array): void {
  makeFolder(dirname(file))
  storing(file, () => writeFileWhole(file, content))
}

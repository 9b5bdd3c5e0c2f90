import { storing } from '../storage/files.ts'
import { writeFileWhole } from '../storage/write-file.ts'

/** Writes a sheet whole. Throws `StorageError`. */
export const writeSheet = (file: string, content: Uint8Array): void => storing(file, () => writeFileWhole(file, content))

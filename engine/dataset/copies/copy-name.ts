import { join } from 'node:path'

/** Where copies are kept. They may be deleted at any time: what is missing is made again when the dataset is opened. */
export const copyFolderOf = (cacheFolder: string): string => join(cacheFolder, 'decoded')

/** A copy is called by the hash of the file that it is made of: the same picture has one, wherever it lies. */
export const copyPathOf = (folder: string, hash: bigint): string => join(folder, copyNameOf(hash))
export const copyNameOf = (hash: bigint): string => hash.toString(16).padStart(16, '0')

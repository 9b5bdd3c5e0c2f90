import { rename, rm } from 'node:fs/promises'
import { asStorageError } from './system-error.ts'

/** After the name of a folder that is being deleted, or that deleting was cut short of. */
export const DELETED = '.deleted'

/**
 * Deletes a folder without holding up the process. It is renamed first: what a crash leaves half deleted must not look
 * whole; such a rest may be given as it is called. Throws `StorageError`.
 */
export async function removeFolder(folder: string): Promise<void> {
  const aside = folder.endsWith(DELETED) ? folder : folder + DELETED
  try {
    if (aside !== folder) {
      await rm(aside, { recursive: true, force: true })
      await rename(folder, aside)
    }
    await rm(aside, { recursive: true, force: true })
  } catch (error) {
    throw asStorageError(error, folder)
  }
}

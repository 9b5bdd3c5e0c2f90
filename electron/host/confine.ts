import { realpathSync } from 'node:fs'
import { sep } from 'node:path'
import { UsageError } from '../../shared/errors.ts'

/** The real path of what lies in one of the folders. Throws `UsageError` for what does not, or is not there. */
export function confine(path: string, folders: readonly string[]): string {
  const real = realPath(path)
  const isInside = (folder: string | undefined) =>
    folder !== undefined && (real === folder || real?.startsWith(folder + sep))
  if (real === undefined || !folders.map(realPath).some(isInside))
    throw new UsageError(`${path} is not in the home or a dataset of Anneal.`)
  return real
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

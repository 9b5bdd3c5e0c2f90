import { readdirSync, statSync, type Stats } from 'node:fs'
import { extname } from 'node:path'
import { DatasetError } from '../../../shared/errors.ts'
import { imageExtensions } from '../image-kind.ts'

export type OnImage = (path: string, bytes: number, mtime: number) => void

/** What tells a folder from another, however it is reached. */
const identity = ({ dev, ino }: Stats) => `${dev}:${ino}`

/** What a path leads to; `undefined` where that is nothing, a loop of links, or not to be asked. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

/** The entries of a folder that are not hidden, in code unit order. Throws `DatasetError` where it cannot be read. */
export function visibleEntries(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort()
  } catch (error) {
    throw new DatasetError(`The folder ${folder} cannot be read (${(error as NodeJS.ErrnoException).code}); check its permissions.`, { cause: error })
  }
}

/**
 * Tells every image file below a folder, in the order of its path's parts. Links are followed; a folder that
 * several links lead to is read once, and those of `outer`, which lie around the folder, not at all: so
 * a loop of links ends. A link that leads nowhere is told with -1 bytes.
 * @param folder absolute
 * @param path what the told paths begin with
 */
export function walkImages(folder: string, path: string, outer: readonly string[], onImage: OnImage): void {
  const seen = new Set(outer.map((name) => identity(statSync(name))))
  walk(folder, path, seen, onImage)
}

function walk(folder: string, path: string, seen: Set<string>, onImage: OnImage): void {
  const own = identity(statSync(folder))
  if (seen.has(own)) return
  seen.add(own)
  for (const name of visibleEntries(folder)) {
    const child = `${folder}/${name}`
    const isImage = imageExtensions.has(extname(name).toLowerCase())
    const stats = statOf(child)
    if (stats?.isDirectory()) walk(child, `${path}/${name}`, seen, onImage)
    else if (isImage) onImage(`${path}/${name}`, stats?.isFile() ? stats.size : -1, stats?.mtimeMs ?? 0)
  }
}

import { readdirSync, stat, statSync, type Stats } from 'node:fs'
import { extname } from 'node:path'
import { DatasetError } from '../../../shared/errors.ts'
import { imageExtensions } from '../image-kind.ts'

export type OnImage = (path: string, bytes: number, mtime: number) => void
/** @param path absolute */
export type OnFolder = (path: string, mtime: number) => void

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

export const isFolder = (path: string): boolean => statOf(path)?.isDirectory() ?? false

/** Asked at once: a disk far away answers many questions as fast as one. */
const AT_ONCE = 512

/** {@link statOf} of many files, in their order. */
export async function statAll(paths: readonly string[]): Promise<(Stats | undefined)[]> {
  const found: (Stats | undefined)[] = []
  for (let first = 0; first < paths.length; first += AT_ONCE) {
    const some = paths.slice(first, first + AT_ONCE)
    found.push(
      ...(await Promise.all(
        some.map(
          (path) =>
            new Promise<Stats | undefined>((resolve) =>
              stat(path, (error, stats) => resolve(error ? undefined : stats)),
            ),
        ),
      )),
    )
  }
  return found
}

/** What systems, archives and network disks put among somebody's files, in lower case: never images or classes. */
const systemNames: ReadonlySet<string> = new Set([
  '__macosx',
  'lost+found',
  '$recycle.bin',
  'recycler',
  'system volume information',
  '@eadir',
  '@recycle',
  '@recently-snapshot',
  '#recycle',
  '#snapshot',
])
const isVisible = (name: string) => !name.startsWith('.') && !systemNames.has(name.toLowerCase())

/** The entries of a folder that are neither hidden nor the system's, in code unit order. Throws `DatasetError` where it cannot be read. */
export function visibleEntries(folder: string): string[] {
  try {
    return readdirSync(folder).filter(isVisible).sort()
  } catch (error) {
    throw new DatasetError(
      `The folder ${folder} cannot be read (${(error as NodeJS.ErrnoException).code}); check its permissions.`,
      { cause: error },
    )
  }
}

/** The folders in a folder, likewise. */
export const visibleFolders = (folder: string): string[] =>
  visibleEntries(folder).filter((name) => isFolder(`${folder}/${name}`))

export const isImageName = (name: string): boolean => imageExtensions.has(extname(name).toLowerCase())

/**
 * Tells every image file below a folder, in the order of its path's parts. Links are followed; a folder that
 * several links lead to is read once, and those of `outer`, which lie around the folder, not at all: so
 * a loop of links ends. A link that leads nowhere is told with -1 bytes.
 * @param folder absolute
 * @param path what the told paths begin with
 * @param onFolder told of every folder that is read, before it is
 */
export async function walkImages(
  folder: string,
  path: string,
  outer: readonly string[],
  onImage: OnImage,
  onFolder: OnFolder = () => {},
): Promise<void> {
  const seen = new Set(outer.map((name) => identity(statSync(name))))
  await walk(folder, path, seen, onImage, onFolder)
}

async function walk(
  folder: string,
  path: string,
  seen: Set<string>,
  onImage: OnImage,
  onFolder: OnFolder,
): Promise<void> {
  const stats = statSync(folder)
  const own = identity(stats)
  if (seen.has(own)) return
  seen.add(own)
  onFolder(folder, stats.mtimeMs)
  const names = visibleEntries(folder)
  const found = await statAll(names.map((name) => `${folder}/${name}`))
  for (const [i, name] of names.entries()) {
    const entry = found[i]
    if (entry?.isDirectory()) await walk(`${folder}/${name}`, `${path}/${name}`, seen, onImage, onFolder)
    else if (isImageName(name)) onImage(`${path}/${name}`, entry?.isFile() ? entry.size : -1, entry?.mtimeMs ?? 0)
  }
}

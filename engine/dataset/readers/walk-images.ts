import { statSync, type Stats } from 'node:fs'
import { joined, textOf, type DiskPath } from './disk-path.ts'
import {
  endingOf,
  entriesOf,
  headsOf,
  isFolder,
  kindByName,
  reasonHidden,
  reasonNoImage,
  statAll,
  visible,
} from './entries.ts'
import { BESIDE_IMAGES, type PassedOverCounter } from './passed-over.ts'
import { isBesideImages } from './split-names.ts'

export interface WalkTold {
  /** @param bytes -1 where there is no file that could be read */
  readonly onImage: (path: DiskPath, bytes: number, mtime: number) => void
  /** Told of every folder that is read, before it is. @param path absolute */
  readonly onFolder?: (path: DiskPath, mtime: number) => void
  readonly passedOver: PassedOverCounter
}

/** What tells a folder from another, however it is reached. */
const identity = ({ dev, ino }: Stats) => `${dev}:${ino}`

/**
 * Tells every image file below a folder, in the order of its path's parts. What is called like an image is taken for
 * one, and what is called like nothing known if it begins as one; the rest is counted as passed over. Links are
 * followed; a folder that several links lead to is read once, and those of `outer`, which lie around the folder, not
 * at all: so a loop of links ends. A link that leads nowhere is told with -1 bytes.
 * @param folder absolute
 * @param path what the told paths begin with
 */
export async function walkImages(
  folder: DiskPath,
  path: DiskPath,
  outer: readonly DiskPath[],
  told: WalkTold,
): Promise<void> {
  const seen = new Set(outer.map((name) => identity(statSync(name))))
  await walk(folder, path, seen, told)
}

async function walk(folder: DiskPath, path: DiskPath, seen: Set<string>, told: WalkTold): Promise<void> {
  const stats = statSync(folder)
  const own = identity(stats)
  if (seen.has(own)) return
  seen.add(own)
  told.onFolder?.(folder, stats.mtimeMs)
  const names = entriesOf(folder)
  const found = await statAll(names.map((name) => joined(folder, name)))
  const reasons = await reasonsOf(folder, names, found)
  for (const [i, name] of names.entries()) {
    const [entry, reason, inside] = [found[i], reasons[i], joined(path, name)]
    if (reason !== undefined) told.passedOver.add(...reason, inside)
    else if (entry?.isDirectory()) await walk(joined(folder, name), inside, seen, told)
    else told.onImage(inside, entry?.isFile() ? entry.size : -1, entry?.mtimeMs ?? 0)
  }
}

type Reason = readonly [what: string, reason: string]

/** Why each entry is passed over; nothing for folders and images. */
async function reasonsOf(
  folder: DiskPath,
  names: readonly DiskPath[],
  found: readonly (Stats | undefined)[],
): Promise<(Reason | undefined)[]> {
  const unknown: number[] = []
  const folders = names.filter((_, i) => found[i]?.isDirectory()).map(textOf)
  const reasons = names.map((name, i): Reason | undefined => {
    const entry = found[i]
    const hidden = reasonHidden(name)
    if (entry?.isDirectory()) {
      const reason = hidden ?? (isBesideImages(textOf(name), folders) ? BESIDE_IMAGES : undefined)
      return reason === undefined ? undefined : ['folders', reason]
    }
    if (hidden !== undefined) return [endingOf(name), hidden]
    const kind = kindByName(name)
    if (kind === 'image') return undefined
    if (kind === 'unknown' && entry?.isFile()) unknown.push(i)
    return [endingOf(name), 'no image']
  })
  const heads = await headsOf(unknown.map((i) => joined(folder, names[i]!)))
  unknown.forEach((i, place) => {
    const reason = reasonNoImage(heads[place])
    reasons[i] = reason === undefined ? undefined : [endingOf(names[i]!), reason]
  })
  return reasons
}

/** How many files of unknown names are looked into to see whether a folder holds images. */
const MOST_LOOKED_INTO = 16

/** Whether a folder holds an image itself, or one of its folders does. @param depth how many levels of folders are looked into */
export async function holdsImage(folder: DiskPath, depth: number): Promise<boolean> {
  const names = visible(entriesOf(folder))
  if (names.some((name) => kindByName(name) === 'image' && !isFolder(joined(folder, name)))) return true
  const stats = await statAll(names.map((name) => joined(folder, name)))
  const paths = (wanted: (stats: Stats) => boolean) =>
    names.flatMap((name, i) => (stats[i] && wanted(stats[i]) ? [{ name, path: joined(folder, name) }] : []))
  const unknown = paths((entry) => entry.isFile())
    .filter(({ name }) => kindByName(name) === 'unknown')
    .slice(0, MOST_LOOKED_INTO)
  const heads = await headsOf(unknown.map(({ path }) => path))
  if (heads.some((head) => reasonNoImage(head) === undefined)) return true
  if (depth === 0) return false
  for (const { path } of paths((entry) => entry.isDirectory())) if (await holdsImage(path, depth - 1)) return true
  return false
}

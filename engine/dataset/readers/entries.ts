import { constants, readdirSync, stat, statSync, type Stats } from 'node:fs'
import { open } from 'node:fs/promises'
import { extname } from 'node:path'
import { DatasetError } from '../../../shared/errors.ts'
import { formatOf, HEAD_BYTES } from '../image-format.ts'
import { imageExtensions, otherExtensions } from '../image-kind.ts'
import { joined, namesIn, textOf, type DiskPath } from './disk-path.ts'

/** What a path leads to; `undefined` where that is nothing, a loop of links, or not to be asked. */
export function statOf(path: DiskPath): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

export const isFolder = (path: DiskPath): boolean => statOf(path)?.isDirectory() ?? false

/** Asked at once: a disk far away answers many questions as fast as one. */
const AT_ONCE = 512

/** What `ask` answers for each of many things, in their order; many are asked at once. */
async function ofEach<T, R>(things: readonly T[], ask: (thing: T) => Promise<R>): Promise<R[]> {
  const found: R[] = []
  for (let first = 0; first < things.length; first += AT_ONCE)
    found.push(...(await Promise.all(things.slice(first, first + AT_ONCE).map(ask))))
  return found
}

/** {@link statOf} of many files, in their order. */
export const statAll = (paths: readonly DiskPath[]): Promise<(Stats | undefined)[]> =>
  ofEach(
    paths,
    (path) =>
      new Promise<Stats | undefined>((resolve) => stat(path, (error, stats) => resolve(error ? undefined : stats))),
  )

/** How each of some regular files begins; nothing of one that cannot be read. */
export const headsOf = (paths: readonly DiskPath[]): Promise<(Buffer | undefined)[]> => ofEach(paths, headOf)

async function headOf(path: DiskPath): Promise<Buffer | undefined> {
  try {
    // Never waits, should a pipe stand there by now.
    await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const head = Buffer.alloc(HEAD_BYTES)
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0)
    return head.subarray(0, bytesRead)
  } catch {
    return undefined
  }
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
  '@sharebin',
  '@tmp',
  'network trash folder',
  'temporary items',
  '__pycache__',
  'thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
])

/** Why an entry of a folder is not looked at; `undefined` for one that is. */
export function reasonHidden(name: DiskPath): string | undefined {
  const text = textOf(name)
  if (text.startsWith('.')) return 'hidden'
  // What Windows' check of a disk finds lies in found.000 and so on.
  return systemNames.has(text.toLowerCase()) || /^found\.\d{3}$/i.test(text) ? "the system's" : undefined
}

/** The names in a folder, in code unit order. Throws `DatasetError` where it cannot be read. */
export function entriesOf(folder: DiskPath): DiskPath[] {
  try {
    return namesIn(folder)
  } catch (error) {
    throw new DatasetError(
      `The folder ${textOf(folder)} cannot be read (${(error as NodeJS.ErrnoException).code}); check its permissions.`,
      { cause: error },
    )
  }
}

/** Those that are neither hidden nor the system's. */
export const visible = (names: readonly DiskPath[]): DiskPath[] =>
  names.filter((name) => reasonHidden(name) === undefined)

/** The visible entries of a folder whose names are text. Throws as {@link entriesOf}. */
export const visibleEntries = (folder: string): string[] =>
  visible(entriesOf(folder)).filter((name) => typeof name === 'string')

/** The visible folders in a folder. Throws as {@link entriesOf}. */
export function visibleFolders(folder: DiskPath): DiskPath[] {
  const names = visible(entriesOf(folder))
  // The system tells of each entry what it is, but of a link: a folder of many images is not asked about each.
  const plain = new Set(
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? entry.name : [])),
  )
  return names.filter((name) => !plain.has(textOf(name)) && isFolder(joined(folder, name)))
}

/** Why a link that leads nowhere is passed over. */
export const DEAD_LINK = 'is a link that leads nowhere'
/** The visible links in a folder that lead nowhere: their disk may not be there. Throws as {@link entriesOf}. */
export function deadLinks(folder: string): string[] {
  const links = new Set(
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isSymbolicLink() ? [entry.name] : [])),
  )
  return visible(entriesOf(folder)).flatMap((name) =>
    typeof name === 'string' && links.has(name) && !statOf(`${folder}/${name}`) ? [name] : [],
  )
}

const extensionOf = (name: DiskPath): string => extname(textOf(name)).toLowerCase()

/** What a file is, by its name: an image, something else, or to be found out by its content. */
export function kindByName(name: DiskPath): 'image' | 'other' | 'unknown' {
  const extension = extensionOf(name)
  if (imageExtensions.has(extension)) return 'image'
  return otherExtensions.has(extension) ? 'other' : 'unknown'
}

/** What a file that is passed over is told by. */
export const endingOf = (name: DiskPath): string => extensionOf(name) || 'no ending'

/** Why a file that is not called like an image is none; `undefined` where its content says that it is one. */
export function reasonNoImage(head: Buffer | undefined): string | undefined {
  if (!head) return 'cannot be read'
  const format = formatOf(head)
  if (!format) return 'no image'
  return format.isRead ? undefined : `${format.name}, which is not read`
}

import { statSync, type Stats } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import type { LeftOut, UnreadableImage } from '../../../shared/contract/trainer.ts'
import { DatasetError } from '../../../shared/errors.ts'
import { splits, type Split } from '../../../shared/recipe/split.ts'
import { statAll, visibleEntries } from './entries.ts'
import { Collector, splitsOf, type Listing, type ReaderOptions } from './listing.ts'
import { manifestNotes } from './manifest-notes.ts'
import { isManifestName, linesOf, manifestLayout, type Line } from './manifest-lines.ts'
import { NamedImages } from './named-images.ts'
import { Sources } from './sources.ts'
import { splitOfText } from './split-names.ts'

/** The manifest that a path names: the file itself, or the one of a folder that is called `manifest`. */
function findManifest(path: string): string | undefined {
  if (!statSync(path).isDirectory()) return isManifestName(path) ? path : undefined
  const [name] = manifestsIn(path)
  return name === undefined ? undefined : join(path, name)
}

const manifestsIn = (folder: string): string[] =>
  visibleEntries(folder).filter((entry) => /^manifest\.[^.]+$/i.test(entry) && isManifestName(entry))

export const isManifest = (path: string): boolean => findManifest(path) !== undefined

/** What is not chosen of the manifests of a folder. */
function othersBeside(folder: string): LeftOut[] {
  const [chosen, ...others] = manifestsIn(folder)
  return others.map((path) => ({ path, reason: `is another manifest than ${chosen}` }))
}

/**
 * Reads a manifest: the path of each image, relative to the manifest's folder or absolute within it, its label,
 * and `train`, `val` or `test` (or another usual word for them) where the images are split already; else a share of
 * them is held out. Labels are the names of the classes, in code unit order; numbers in the order of numbers. A path
 * that leads nowhere is tried with `/` for its backslashes, and in the other form of Unicode.
 * @throws DatasetError for a line that cannot be understood
 */
export async function readManifest(path: string, options: ReaderOptions): Promise<Listing> {
  const file = findManifest(path)!
  const root = dirname(file)
  const lines = linesOf(file)
  if (lines.length === 0) throw new DatasetError(`${file} names no images: ${manifestLayout}.`)
  const hasSplits = checkSplits(file, lines)
  const sources = new Sources()
  for (const source of [root, file]) sources.add(source)
  const classes = sortedClasses(new Set(lines.map(({ label }) => label)))
  const found: Found = {
    images: new Collector(),
    sources,
    respelt: 0,
    named: new NamedImages(),
    outside: { train: [], val: [], test: [] },
  }
  const counts = { train: 0, val: 0, test: 0 }
  for (const split of splits) {
    const before = found.images.length
    const own = lines.filter((line) => (splitOf(line) ?? 'train') === split)
    await addLines(root, classes, split, own, found)
    counts[split] = found.images.length - before
    options.onListed(found.images.length)
  }
  const name = basename(file)
  const names = { train: name, val: name, test: name }
  const split = hasSplits ? splitsOf(counts, names) : { names }
  return {
    root,
    classes,
    files: found.images.columns(),
    ...split,
    unreadable: found.outside,
    leftOut: path === file ? [] : othersBeside(root),
    sources: sources.all(),
    notes: [...(split.notes ?? []), ...manifestNotes(basename(file), lines, found)],
  }
}

/**
 * What a manifest says of its images beside their labels and splits: by their paths within its folder, as it writes
 * them, the texts of its other columns. Nothing of a dataset that has none.
 */
export function manifestColumns(path: string): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const file = findManifest(path)
  if (file === undefined) return new Map()
  const root = dirname(file)
  return new Map(
    linesOf(file, true).flatMap((line) => {
      const within = pathOf(root, line)
      return typeof within === 'string' && line.others ? [[within, line.others] as const] : []
    }),
  )
}

const splitOf = ({ split }: Line): Split | undefined => (split === undefined ? undefined : splitOfText(split))

/** Whether the manifest says how images are split: for all of them, or for none. */
function checkSplits(file: string, lines: readonly Line[]): boolean {
  const some = lines.some(({ split }) => split !== undefined)
  const odd = some ? lines.find((line) => splitOf(line) === undefined) : undefined
  if (odd)
    throw new DatasetError(
      `${file} gives ${odd.path} the split "${odd.split ?? ''}" (${odd.at()}): write train, val or test for every image, or leave the column out.`,
    )
  return some
}

/** Relative to the folder, with `/` between the parts; nothing for a path that leads out of it. */
function insideOf(root: string, path: string): string | undefined {
  const within = relative(root, isAbsolute(path) ? path : join(root, path))
  return within === '' || within === '..' || within.startsWith(`..${sep}`) || isAbsolute(within)
    ? undefined
    : within.replaceAll(sep, '/')
}

/** An address of another kind than a path: `https://`, `s3://`. */
const address = /^[a-z][a-z\d+.-]+:\/\//i

/** Where an image is below the folder, or why it is not to be read. */
function pathOf(root: string, { path }: Line): string | Pick<UnreadableImage, 'reason'> {
  if (address.test(path) && !/^file:/i.test(path)) return { reason: 'an address, and only files are read: download it' }
  const within = insideOf(root, /^file:\/\//i.test(path) ? fromFileUrl(path) : path)
  return within ?? { reason: "outside of the manifest's folder" }
}

function fromFileUrl(url: string): string {
  try {
    return fileURLToPath(url)
  } catch {
    return url
  }
}

interface Found {
  readonly images: Collector
  readonly sources: Sources
  readonly outside: Record<Split, UnreadableImage[]>
  /** Images that were found under another spelling of their path. */
  respelt: number
  readonly named: NamedImages
}

async function addLines(
  root: string,
  classes: readonly string[],
  split: Split,
  lines: readonly Line[],
  found: Found,
): Promise<void> {
  const labels = new Map(classes.map((name, label) => [name, label]))
  const inside = lines.flatMap((line) => {
    const path = pathOf(root, line)
    if (typeof path === 'string') return [{ path, line }]
    found.outside[split].push({ file: line.path, ...path })
    return []
  })
  const stats = await statAll(inside.map(({ path }) => `${root}/${path}`))
  const folders = new Set<string>()
  for (const [i, { path: written, line }] of inside.entries()) {
    const other = stats[i] ? undefined : await respelt(root, written)
    if (other) found.respelt += 1
    const path = other?.path ?? written
    found.named.add(path, line)
    addFile(found.images, path, labels.get(line.label)!, other?.stats ?? stats[i])
    folders.add(dirname(path))
  }
  for (const folder of folders) found.sources.add(`${root}/${folder}`)
}

const addFile = (images: Collector, path: string, label: number, stats: Stats | undefined) =>
  images.add(path, label, stats?.isFile() ? stats.size : -1, stats?.mtimeMs ?? 0)

/** A file that is there under another spelling of a path: with other slashes, without spaces around it, or its accents decomposed. */
async function respelt(root: string, path: string): Promise<{ path: string; stats: Stats } | undefined> {
  const slashed = insideOf(root, path.replaceAll('\\', '/')) ?? path
  const trimmed = insideOf(root, slashed.trim()) ?? slashed
  const others = [...new Set([slashed, trimmed, path.normalize('NFD'), trimmed.normalize('NFD')])].filter(
    (one) => one !== path,
  )
  const stats = await statAll(others.map((one) => `${root}/${one}`))
  const place = stats.findIndex((one) => one !== undefined)
  return place < 0 ? undefined : { path: others[place]!, stats: stats[place]! }
}

function sortedClasses(labels: ReadonlySet<string>): string[] {
  const classes = [...labels].sort()
  return classes.every((name) => /^\d+$/.test(name)) ? classes.sort((a, b) => Number(a) - Number(b)) : classes
}

import { statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import { z } from 'zod'
import type { UnreadableImage } from '../../../shared/contract/trainer.ts'
import { DatasetError } from '../../../shared/errors.ts'
import type { Split } from '../../../shared/recipe/split.ts'
import { readRegular } from '../../../storage/regular-file.ts'
import { parseCsv } from './csv.ts'
import { checkClasses, Collector, leftOut, type Listing, type ReaderOptions } from './listing.ts'
import { Sources } from './sources.ts'
import { statAll, visibleEntries } from './walk-images.ts'

export const manifestLayout =
  'a manifest is a .csv file with the columns path, label and, if it likes, split, or a .jsonl file of objects with these keys'
const isManifestName = (name: string) => /\.(csv|jsonl)$/i.test(name)
/** Longer than strings may be. */
const maxBytes = 400e6

/** The manifest that a path names: the file itself, or the one manifest.csv or manifest.jsonl of a folder. */
function findManifest(path: string): string | undefined {
  if (!statSync(path).isDirectory()) return isManifestName(path) ? path : undefined
  const name = visibleEntries(path).find((entry) => /^manifest\.(csv|jsonl)$/i.test(entry))
  return name === undefined ? undefined : join(path, name)
}

export const isManifest = (path: string): boolean => findManifest(path) !== undefined

const text = z.union([z.string(), z.number()]).transform(String)
const lineSchema = z.object({ path: text, label: text, split: text.optional() })
type Line = z.infer<typeof lineSchema>
const splitNames: Readonly<Record<string, Split>> = {
  train: 'train',
  training: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  test: 'val',
}

/**
 * Reads a manifest: the path of each image, relative to the manifest's folder or absolute within it, its label,
 * and `train` or `val` (also `valid`, `validation`, `test`) where the images are split already; else a share of
 * them is held out. Labels are the names of the classes, in code unit order; numbers in the order of numbers.
 * @throws DatasetError for a line that cannot be understood, or a class without images in a split
 */
export async function readManifest(path: string, options: ReaderOptions): Promise<Listing> {
  const file = findManifest(path)!
  const root = dirname(file)
  const lines = readLines(file)
  if (lines.length === 0) throw new DatasetError(`${file} names no images: ${manifestLayout}.`)
  const classes = sortedClasses(new Set(lines.map(({ label }) => label)))
  const hasSplits = checkSplits(file, lines)
  const outside: Record<Split, UnreadableImage[]> = { train: [], val: [] }
  const sources = new Sources()
  for (const path of [root, file]) sources.add(path)
  const images = new Collector()
  const add = async (some: readonly Line[]) => {
    await addLines(root, classes, some, {
      images,
      sources,
      onOutside: (line) =>
        outside[splitOf(line) ?? 'train'].push({ file: line.path, reason: `outside of the manifest's folder` }),
    })
    options.onListed(images.length)
    return images.length
  }
  const trained = await add(hasSplits ? lines.filter((line) => splitOf(line) === 'train') : lines)
  if (hasSplits) await add(lines.filter((line) => splitOf(line) === 'val'))
  const files = images.columns()
  checkClasses(`the train lines of ${file}${leftOut(outside.train)}`, classes, files.labels.subarray(0, trained))
  if (hasSplits)
    checkClasses(`the val lines of ${file}${leftOut(outside.val)}`, classes, files.labels.subarray(trained))
  const name = basename(file)
  return {
    root,
    classes,
    names: { train: name, val: name },
    files,
    ...(hasSplits && { trained }),
    unreadable: outside,
    sources: sources.all(),
  }
}

function readLines(file: string): Line[] {
  const refuse = (what: string, cause?: unknown) =>
    new DatasetError(`${file} cannot be used: ${what}; ${manifestLayout}.`, { cause })
  try {
    const content = readRegular(file, maxBytes, (what) => refuse(`it ${what}`))
      .toString('utf8')
      .replace(/^\uFEFF/, '')
    return /\.csv$/i.test(file) ? csvLines(content) : jsonLines(content)
  } catch (error) {
    throw error instanceof DatasetError ? error : refuse((error as Error).message, error)
  }
}

function csvLines(content: string): Line[] {
  const rows = parseCsv(content)
  const names = (rows.next().value as string[] | undefined)?.map((name) => name.trim().toLowerCase()) ?? []
  const [path, label, split] = ['path', 'label', 'split'].map((name) => names.indexOf(name)) as [number, number, number]
  if (path < 0 || label < 0)
    throw new Error(`its first line names the columns ${names.join(', ') || 'nothing'}, and not path and label`)
  const lines: Line[] = []
  for (const row of rows) {
    if (row.length !== names.length)
      throw new Error(`image ${lines.length + 1} has ${row.length} columns where the first line has ${names.length}`)
    const name = row[label]!.trim()
    if (name === '') throw new Error(`image ${lines.length + 1} (${row[path]}) has no label`)
    lines.push({ path: row[path]!, label: name, ...(split >= 0 && row[split] !== '' && { split: row[split]! }) })
  }
  return lines
}

function jsonLines(content: string): Line[] {
  return content.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return []
    const parsed = lineSchema.safeParse(parseJson(line))
    if (!parsed.success) throw new Error(`line ${i + 1} is no object with path and label`)
    return [parsed.data]
  })
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const splitOf = ({ split }: Line): Split | undefined =>
  split === undefined ? undefined : splitNames[split.trim().toLowerCase()]

/** Whether the manifest says how images are split: for all of them, or for none. */
function checkSplits(file: string, lines: readonly Line[]): boolean {
  const some = lines.some(({ split }) => split !== undefined)
  const odd = some ? lines.find((line) => splitOf(line) === undefined) : undefined
  if (odd)
    throw new DatasetError(
      `${file} gives ${odd.path} the split "${odd.split ?? ''}": write train or val for every image, or leave the column out.`,
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

interface Found {
  readonly images: Collector
  readonly sources: Sources
  readonly onOutside: (line: Line) => void
}

async function addLines(
  root: string,
  classes: readonly string[],
  lines: readonly Line[],
  { images, sources, onOutside }: Found,
): Promise<void> {
  const labels = new Map(classes.map((name, label) => [name, label]))
  const found = lines.flatMap((line) => {
    const path = insideOf(root, line.path)
    if (path === undefined) onOutside(line)
    return path === undefined ? [] : [{ path, label: labels.get(line.label)! }]
  })
  for (const folder of new Set(found.map(({ path }) => dirname(path)))) sources.add(`${root}/${folder}`)
  const stats = await statAll(found.map(({ path }) => `${root}/${path}`))
  found.forEach(({ path, label }, i) =>
    images.add(path, label, stats[i]?.isFile() ? stats[i].size : -1, stats[i]?.mtimeMs ?? 0),
  )
}

function sortedClasses(labels: ReadonlySet<string>): string[] {
  const classes = [...labels].sort()
  return classes.every((name) => /^\d+$/.test(name)) ? classes.sort((a, b) => Number(a) - Number(b)) : classes
}

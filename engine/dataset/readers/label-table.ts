import { basename, dirname, extname } from 'node:path'
import { parseDelimited, type Table } from './delimited.ts'
import { statOf, visibleEntries } from './entries.ts'
import { splitNameOf } from './split-names.ts'
import { readText } from './text-file.ts'

/** Labels of images that lie together in one folder, from a table beside them. */
export interface LabelTable {
  /** Relative to the dataset's folder. */
  readonly file: string
  /** By the images' paths below their folder. */
  readonly labels: ReadonlyMap<string, string>
}

const MOST_BYTES = 100e6
const isTable = (name: string) => /\.(csv|tsv|txt)$/i.test(name)
/** What a column of labels is called. */
const labelColumn = /^(class|label|target|category|species|breed|synset|wnid)s?([ _-]?(id|name|idx|index))?$/i
/** A column tells files if so many of its rows do: a table may name some that are not there. */
const LEAST_SHARE = 0.95
/** Rows that are looked at to find the columns. */
const TRIED = 1000

/**
 * Looks for a table of labels in the folder of some images, or beside it where its name says the same split: a row an
 * image, one column its file's name, with or without its ending, and one its class.
 * @param folder of the images, relative to the root
 * @param files below that folder
 * @param classes those that are known; a column that holds nothing else tells them without being called so
 */
export function findLabelTable(
  root: string,
  folder: string,
  files: readonly string[],
  classes?: ReadonlySet<string>,
): LabelTable | undefined {
  const places = placesOf(files)
  const classOf = classes && classFinder(classes)
  for (const file of candidates(root, folder)) {
    const table = tryParse(`${root}/${file}`)
    const labels = table && labelsOf(table, places, classOf)
    if (labels) return { file, labels }
  }
  return undefined
}

function candidates(root: string, folder: string): string[] {
  const own = splitNameOf(basename(folder))?.split ?? splitNameOf(basename(dirname(folder)))?.split
  const outer = dirname(folder)
  const tables = (place: string, wanted: (name: string) => boolean) =>
    visibleEntries(place === '.' ? root : `${root}/${place}`)
      .filter((name) => isTable(name) && wanted(name))
      .map((name) => (place === '.' ? name : `${place}/${name}`))
  return [
    ...tables(folder, () => true),
    ...tables(outer, (name) => splitNameOf(name.slice(0, -4))?.split === own && own !== undefined),
  ]
}

function tryParse(path: string): Table | undefined {
  if (!statOf(path)?.isFile()) return undefined
  try {
    const text = readText(path, MOST_BYTES, (what) => new Error(what))
    const isSpaced = path.toLowerCase().endsWith('.txt') && !/^[^\n]*[,\t;|]/.test(text)
    return parseDelimited(text, isSpaced ? ' ' : undefined)
  } catch {
    return undefined
  }
}

/** The images by what a table may call them. */
function placesOf(files: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const file of files) names.set(file.slice(0, -extname(file).length || undefined), file)
  for (const file of files) names.set(file, file)
  return names
}

/** The known class that a label means: of its name, or of its number where zeros were left out. */
function classFinder(classes: ReadonlySet<string>): ClassOf {
  const numbers = new Map([...classes].flatMap((name) => (/^\d+$/.test(name) ? [[Number(name), name]] : [])))
  return (label) => (classes.has(label) ? label : /^\d+$/.test(label) ? numbers.get(Number(label)) : undefined)
}

type ClassOf = (label: string) => string | undefined

function labelsOf(
  { rows }: Table,
  places: ReadonlyMap<string, string>,
  classOf: ClassOf | undefined,
): ReadonlyMap<string, string> | undefined {
  const place = (text = '') => places.get(text) ?? places.get(basename(text.replaceAll('\\', '/')))
  const columns = columnsOf(rows, place, classOf)
  if (!columns) return undefined
  const labels = new Map<string, string>()
  for (const row of columns.isNamed ? rows.slice(1) : rows) {
    const [path, text] = [place(row[columns.file]), row[columns.label]?.trim()]
    // A class that nobody knows is told as such, not left out.
    if (path !== undefined && text) labels.set(path, classOf?.(text) ?? text)
  }
  return labels.size === 0 ? undefined : labels
}

/** The column of the files, and that of the labels: it is called so, or the only one that holds known classes and nothing else. */
function columnsOf(
  [head = [], ...rest]: Table['rows'],
  place: (text: string | undefined) => string | undefined,
  classOf: ClassOf | undefined,
): { file: number; label: number; isNamed: boolean } | undefined {
  const tried = rest.slice(0, TRIED)
  const share = (test: (row: readonly string[]) => boolean) => tried.filter(test).length / Math.max(1, tried.length)
  const file = head.findIndex((_, column) => share((row) => place(row[column]) !== undefined) >= LEAST_SHARE)
  if (file < 0) return undefined
  const named = head.findIndex((name, column) => column !== file && labelColumn.test(name.trim()))
  if (named >= 0) return { file, label: named, isNamed: true }
  const known = head.flatMap((_, column) =>
    column !== file && classOf && share((row) => classOf(row[column] ?? '') !== undefined) === 1 ? column : [],
  )
  return known.length === 1 ? { file, label: known[0]!, isNamed: false } : undefined
}

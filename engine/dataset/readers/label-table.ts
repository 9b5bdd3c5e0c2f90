import { basename, dirname, extname } from 'node:path'
import type { Split } from '../../../shared/recipe/split.ts'
import { parseDelimited, type Table } from './delimited.ts'
import { statOf, visibleEntries } from './entries.ts'
import { splitNameOf } from './split-names.ts'
import { readText } from './text-file.ts'

/** Labels of images that lie together in one folder, from a table beside them. */
export interface LabelTable {
  /** Relative to the dataset's folder. */
  readonly file: string
  /** What the column of the labels is called, where it is. */
  readonly column?: string
  /** By the images' paths below their folder. */
  readonly labels: ReadonlyMap<string, string>
}

const MOST_BYTES = 100e6
const isTable = (name: string) => /\.(csv|tsv|txt)$/i.test(name)
/** What a column of labels is called. */
const labelColumn = /^(class|label|target|category|species|breed|synset|wnid)s?([ _-]?(id|name|idx|index))?$/i
/** A column tells files if so many of its rows do, or so many of the files are in it: a table may name some that are not there, or tell of other folders too. */
const LEAST_SHARE = 0.95
/** Rows that are looked at first to find the columns. */
const TRIED = 1000

/**
 * Looks for a table of labels in the folder of some images, or beside it where its name says the same split or none,
 * or further up where it says the same: a row an image, one column its file's name, with or without its ending, and one its class.
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
  const own = splitNameOf(basename(folder))?.split ?? splitNameOf(basename(dirname(folder)))?.split
  for (const file of candidates(root, folder, own)) {
    const table = tryParse(`${root}/${file}`)
    const isOfOwn = splitNameOf(stemOf(file)) !== undefined || dirname(file) === folder
    const place = (text = '') => (isElsewhere(text, own, isOfOwn) ? undefined : placeOf(places, text))
    const found = table && labelsOf(table, place, new Set(places.values()).size, classOf)
    if (found) return { file, ...found }
  }
  return undefined
}

const placeOf = (places: ReadonlyMap<string, string>, text: string) =>
  places.get(text) ?? places.get(basename(text.replaceAll('\\', '/')))

/**
 * Whether a path in a table is of another split than the folder's, which may have files of the same names. A table of no
 * split of its own tells of test images only where it names their folder.
 */
function isElsewhere(text: string, own: Split | undefined, isOfOwn: boolean): boolean {
  const named = splitNameOf(basename(dirname(text.replaceAll('\\', '/'))))?.split
  return named === undefined ? !isOfOwn && own !== undefined && own !== 'train' : own !== undefined && named !== own
}

const stemOf = (file: string) => basename(file).slice(0, -4)
/** Labels in these are made up. */
const isSubmission = (name: string) => /submission|submit/i.test(name)

/** The folders around one, up to that of the dataset. */
function outers(folder: string): string[] {
  const outer = dirname(folder)
  return outer === '.' ? [outer] : [outer, ...outers(outer)]
}

function candidates(root: string, folder: string, own: Split | undefined): string[] {
  const tables = (place: string, wanted: (name: string) => boolean) =>
    visibleEntries(place === '.' ? root : `${root}/${place}`)
      .filter((name) => isTable(name) && !isSubmission(name) && wanted(name))
      .map((name) => (place === '.' ? name : `${place}/${name}`))
  const isOwn = (name: string) => own !== undefined && splitNameOf(stemOf(name))?.split === own
  return [
    ...tables(folder, () => true),
    ...outers(folder).flatMap((outer) => tables(outer, isOwn)),
    ...tables(dirname(folder), (name) => splitNameOf(stemOf(name)) === undefined),
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
  return (label) => {
    if (classes.has(label)) return label
    if (/^\d+$/.test(label)) return numbers.get(Number(label))
    const boxed = withBoxes.exec(label)?.[1]
    return boxed !== undefined && classes.has(boxed) ? boxed : undefined
  }
}

/** A class with the corners of its boxes, as Kaggle's ImageNet has it: `n01440764 10 20 200 180`. */
const withBoxes = /^(\S+)(?:\s+\d+){4}(?:\s+\S+(?:\s+\d+){4})*\s*$/

type ClassOf = (label: string) => string | undefined

function labelsOf(
  { rows }: Table,
  place: (text: string | undefined) => string | undefined,
  files: number,
  classOf: ClassOf | undefined,
): Pick<LabelTable, 'labels' | 'column'> | undefined {
  const columns = columnsOf(rows, place, files, classOf)
  if (!columns) return undefined
  const labels = new Map<string, string>()
  for (const row of columns.isNamed ? rows.slice(1) : rows) {
    const [path, text] = [place(row[columns.file]), row[columns.label]?.trim()]
    // A class that nobody knows is told as such, not left out.
    if (path !== undefined && text) labels.set(path, classOf?.(text) ?? text)
  }
  if (labels.size === 0) return undefined
  return { labels, ...(columns.isNamed && { column: rows[0]![columns.label]!.trim() }) }
}

/** The column of the files, and that of the labels: it is called so, or the only one that holds known classes and nothing else. */
function columnsOf(
  [head = [], ...rest]: Table['rows'],
  place: (text: string | undefined) => string | undefined,
  files: number,
  classOf: ClassOf | undefined,
): { file: number; label: number; isNamed: boolean } | undefined {
  const tried = rest.slice(0, TRIED)
  const share = (test: (row: readonly string[]) => boolean) => tried.filter(test).length / Math.max(1, tried.length)
  const known = (column: number) => new Set(rest.flatMap((row) => place(row[column]) ?? [])).size
  const file = head.findIndex(
    (_, column) =>
      share((row) => place(row[column]) !== undefined) >= LEAST_SHARE || known(column) >= LEAST_SHARE * files,
  )
  if (file < 0) return undefined
  const named = head.findIndex((name, column) => column !== file && labelColumn.test(name.trim()))
  if (named >= 0) return { file, label: named, isNamed: true }
  const ofClasses = head.flatMap((_, column) =>
    column !== file && classOf && share((row) => classOf(row[column] ?? '') !== undefined) === 1 ? column : [],
  )
  return ofClasses.length === 1 ? { file, label: ofClasses[0]!, isNamed: false } : undefined
}

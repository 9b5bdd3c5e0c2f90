import { z } from 'zod'
import { DatasetError } from '../../../shared/errors.ts'
import { parseDelimited } from './delimited.ts'
import { readText } from './text-file.ts'

export const manifestLayout =
  'a manifest is a .csv or .tsv file with the columns path, label and, if it likes, split, or a .jsonl or .json file of objects with these keys'
export const isManifestName = (name: string): boolean => /\.(csv|tsv|jsonl|json)$/i.test(name)
/** Longer than strings may be. */
const maxBytes = 400e6

/** What a manifest says of an image. */
export interface Line {
  readonly path: string
  readonly label: string
  /** As it is written there; absent where nothing is. */
  readonly split?: string
  /** What else it says, by the names of its columns; only where it was asked for. */
  readonly others?: Readonly<Record<string, string>>
  /** Where in the file, e.g. `line 3`. */
  readonly at: () => string
}

/** The lines of a manifest. Throws `DatasetError` for one that cannot be understood, with its place. */
export function linesOf(file: string, withOthers = false): Line[] {
  const refuse = (what: string, cause?: unknown) =>
    new DatasetError(`${file} cannot be used: ${what}; ${manifestLayout}.`, { cause })
  const content = readText(file, maxBytes, (what) => refuse(`it ${what}`))
  try {
    if (/\.[ct]sv$/i.test(file)) return tableLines(content, /\.tsv$/i.test(file), withOthers)
    return content.trimStart().startsWith('[') ? arrayLines(content, withOthers) : jsonLines(content, withOthers)
  } catch (error) {
    throw error instanceof DatasetError ? error : refuse((error as Error).message, error)
  }
}

function tableLines(content: string, isTabbed: boolean, withOthers: boolean): Line[] {
  if (content.trim() === '') throw new Error('it is empty')
  const table = parseDelimited(content, isTabbed && /^\s*[^\r\n]*\t/.test(content) ? '\t' : undefined)
  const [head = [], ...rows] = table.rows
  const names = head.map((name) => name.trim().toLowerCase())
  const [path, label, split] = ['path', 'label', 'split'].map((name) => names.indexOf(name)) as [number, number, number]
  if (path < 0 || label < 0)
    throw new Error(`its first line names the columns ${names.join(', ') || 'nothing'}, and not path and label`)
  const twice = ['path', 'label', 'split'].find((name) => names.indexOf(name) !== names.lastIndexOf(name))
  if (twice !== undefined) throw new Error(`its first line names the column ${twice} twice`)
  return rows.map((row, i) => {
    const at = () => `line ${table.lineOf(i + 1)}`
    if (row.length !== names.length)
      throw new Error(`${at()} has ${row.length} columns where the first line has ${names.length}`)
    const [file, name, part] = [row[path]!, row[label]!.trim(), split < 0 ? '' : row[split]!.trim()]
    if (file.trim() === '') throw new Error(`${at()} has no path`)
    if (name === '') throw new Error(`${at()} (${file}) has no label`)
    const others = withOthers && othersOf(head.map((title, column) => [title.trim(), row[column]!.trim()]))
    return { path: file, label: name, ...(part !== '' && { split: part }), ...(others && { others }), at }
  })
}

/** Columns beside those of every manifest: the first of them. */
const MOST_OTHERS = 32

function othersOf(entries: readonly (readonly [name: string, value: unknown])[]): Record<string, string> {
  const own = entries.filter(([name]) => name !== '' && !['path', 'label', 'split'].includes(name.toLowerCase()))
  return Object.fromEntries(own.slice(0, MOST_OTHERS).map(([name, value]) => [name, text.safeParse(value).data ?? '']))
}

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const entrySchema = z.object({ path: text, label: text, split: text.nullish() })

function jsonLines(content: string, withOthers: boolean): Line[] {
  return content.split(/\r\n|\n|\r/).flatMap((line, i) => {
    if (line.trim() === '') return []
    return [
      entryOf(
        parseJson(line, `line ${i + 1}`, () => oneObject(content)),
        `line ${i + 1}`,
        withOthers,
      ),
    ]
  })
}

function arrayLines(content: string, withOthers: boolean): Line[] {
  return (parseJson(content, 'it') as unknown[]).map((entry, i) => entryOf(entry, `entry ${i + 1}`, withOthers))
}

function entryOf(entry: unknown, place: string, withOthers: boolean): Line {
  const parsed = entrySchema.safeParse(entry)
  if (!parsed.success) throw new Error(`${place} ${oddity(entry)}`)
  const { path, label, split } = parsed.data
  if (path.includes('\0')) throw new Error(`${place} has a zero in its path, which no file can have`)
  if (path.trim() === '' || label.trim() === '')
    throw new Error(`${place} has no ${path.trim() === '' ? 'path' : `label (${path})`}`)
  const others = withOthers && othersOf(Object.entries(entry as object))
  return {
    path,
    label: label.trim(),
    ...(split && split.trim() !== '' && { split }),
    ...(others && { others }),
    at: () => place,
  }
}

/** What is wrong with an entry that is no object with path and label. */
function oddity(entry: unknown): string {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return 'is no object with path and label'
  const keys = Object.keys(entry)
  const missing = ['path', 'label'].filter((key) => !keys.includes(key))
  if (missing.length > 0) return `has no ${missing.join(' and no ')}, but ${keys.slice(0, 10).join(', ') || 'nothing'}`
  const wrong = ['path', 'label', 'split'].find(
    (key) => !text.nullish().safeParse((entry as Record<string, unknown>)[key]).success,
  )
  const key = wrong ?? (text.safeParse((entry as { path: unknown }).path).success ? 'label' : 'path')
  const value = (entry as Record<string, unknown>)[key]
  return `has ${value === null ? 'null' : `a ${Array.isArray(value) ? 'list' : typeof value}`} for ${key}: write a text or a number`
}

/** @param other what is wrong instead, if anything */
function parseJson(line: string, place: string, other?: () => string | undefined): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw new Error(other?.() ?? `${place} is no JSON`, { cause: error })
  }
}

/** What is wrong with a file that is one object over many lines. */
function oneObject(content: string): string | undefined {
  try {
    const keys = Object.keys(JSON.parse(content) as object)
    return `it is one object, with ${keys.slice(0, 10).join(', ')}: write an object a line, or an array of them`
  } catch {
    return undefined
  }
}

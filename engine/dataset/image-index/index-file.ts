import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { RecordKeys } from '../../../shared/run-folder/record-keys.ts'
import { readColumnFile, writeColumnFile } from './column-file.ts'
import type { ListedDataset } from '../readers/listing.ts'
import type { ScanColumns } from '../scan/scan-columns.ts'
import { TextColumn } from './text-column.ts'

/** Every image of a dataset that was ever opened, as columns; of both splits. */
export interface ExaminedColumns extends ScanColumns {
  readonly paths: TextColumn
  readonly bytes: Float64Array
  readonly mtimes: Float64Array
  /** Where the image's record begins in its file; 0 where the file is the image. */
  readonly offsets: Float64Array
  /** By row; only of images that cannot be read. */
  readonly reasons: Map<number, string>
}

export interface KeptIndex {
  readonly examined: ExaminedColumns
  /** That of the same rows, where it holds as long as its sources do not change. */
  readonly listing?: ListedDataset
}

/** Grows whenever the same files are listed otherwise, so that a listing of an earlier Anneal is made anew. */
const RULES = 4
/** Grows whenever a look at the same image finds out something else, so that all are looked at again. */
const LOOK = 4

interface Facts {
  readonly look?: number
  /** Those of the listing. */
  readonly rules?: number
  readonly reasons: readonly (readonly [number, string])[]
  readonly listing?: Omit<ListedDataset, 'files'>
}

/** Where the index of a dataset is kept. Other keys give other images. */
export const indexFileOf = (cacheFolder: string, root: string, records?: RecordKeys): string => {
  const key = records ? `${root}\0${records.image ?? ''}\0${records.label ?? ''}\0${records.labelOffset ?? 0}` : root
  return join(cacheFolder, 'indexes', `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.index`)
}

/** Throws `StorageError` where it cannot be written. */
export function writeIndexFile(file: string, { examined, listing }: KeptIndex): void {
  const { paths, reasons, ...numbers } = examined
  const { files, ...listed } = listing ?? {}
  const facts: Facts = {
    look: LOOK,
    reasons: [...reasons],
    ...(listing && { rules: RULES, listing: listed as Omit<ListedDataset, 'files'> }),
  }
  const columns = {
    ...numbers,
    pathBytes: paths.bytes,
    pathEnds: paths.ends,
    ...(paths.rows && { pathRows: paths.rows }),
    ...(files && { labels: files.labels }),
  }
  writeColumnFile(file, { facts, columns })
}

type Columns = Omit<ExaminedColumns, 'paths' | 'reasons'> & {
  readonly pathBytes: Uint8Array
  readonly pathEnds: Uint32Array
  readonly pathRows?: Int32Array
  readonly labels?: Int32Array
}

/** What was kept; nothing where there is no such file, or it is damaged or of another version. */
export function readIndexFile(file: string): KeptIndex | undefined {
  const content = readColumnFile<Facts>(file)
  if (!content) return undefined
  const { pathBytes, pathEnds, pathRows, labels, ...numbers } = content.columns as unknown as Columns
  const { look, reasons, rules, listing } = content.facts
  if (look !== LOOK) return undefined
  const paths = new TextColumn(pathBytes, pathEnds, pathRows)
  const examined: ExaminedColumns = { paths, reasons: new Map(reasons), ...numbers }
  if (!listing || !labels || rules !== RULES) return { examined }
  return { examined, listing: { ...listing, files: { paths, labels, bytes: numbers.bytes, mtimes: numbers.mtimes } } }
}

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { readColumnFile, writeColumnFile } from './column-file.ts'
import type { ScanColumns } from './scan/scan-columns.ts'

/** Every image of a dataset that was ever opened, as columns; of both splits, since a path tells them apart. */
export interface ExaminedColumns extends ScanColumns {
  readonly paths: readonly string[]
  readonly bytes: Float64Array
  readonly mtimes: Float64Array
  /** Where the image's record begins in its file; 0 where the file is the image. */
  readonly offsets: Float64Array
  /** By row; only of images that cannot be read. */
  readonly reasons: Map<number, string>
}

interface Facts {
  readonly count: number
  readonly reasons: readonly (readonly [number, string])[]
}

/** Where the index of a dataset is kept. */
export const indexFileOf = (cacheFolder: string, root: string): string =>
  join(cacheFolder, 'indexes', `${createHash('sha256').update(root).digest('hex').slice(0, 32)}.index`)

/** Throws `StorageError` where it cannot be written. */
export function writeIndexFile(file: string, { paths, reasons, ...numbers }: ExaminedColumns): void {
  const facts: Facts = { count: paths.length, reasons: [...reasons] }
  writeColumnFile(file, { facts, numbers, texts: paths })
}

/** What was remembered; nothing where there is no such file, or it is damaged or of another version. */
export function readIndexFile(file: string): ExaminedColumns | undefined {
  const content = readColumnFile<Facts>(file)
  if (!content || content.texts.length !== content.facts.count) return undefined
  return { paths: content.texts, reasons: new Map(content.facts.reasons), ...(content.numbers as Omit<ExaminedColumns, 'paths' | 'reasons'>) }
}

import { readFileSync, statSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { DatasetError } from '../../../shared/errors.ts'
import { bytesOf, type FileColumns, type RawImages } from '../image-index/split-index.ts'
import { TextColumn } from '../image-index/text-column.ts'

/** Raw images are kept in memory: more of them belong into another layout. */
export const maxRawBytes = 2 ** 31

/** A file, unpacked where it is gzipped. Throws `DatasetError` where it cannot be, or is too large. */
export function readUnpacked(file: string): Buffer {
  const { size } = statSync(file)
  const refuse = (what: string, cause?: unknown) =>
    new DatasetError(`${file} ${what}; fetch it again, or choose another layout.`, { cause })
  if (size > maxRawBytes) throw refuse('is larger than 2 GB, too large to be kept in memory')
  const content = readFileSync(file)
  if (content[0] !== 0x1f || content[1] !== 0x8b) return content
  try {
    return gunzipSync(content, { maxOutputLength: maxRawBytes })
  } catch (error) {
    throw refuse('cannot be unpacked: it is damaged, cut, or larger than 2 GB', error)
  }
}

/** Where images came from, one file after the other. */
export interface RawPart {
  readonly file: string
  readonly labels: readonly number[]
  readonly pixels: Uint8Array
}

/** @param root what the files are relative to, absolute */
export function rawColumns(root: string, parts: readonly RawPart[], form: Omit<RawImages, 'bytes'>): FileColumns {
  const stats = new Map(parts.map(({ file }) => [file, statSync(`${root}/${file}`)]))
  const rows = parts.flatMap(({ file, labels }) => labels.map((label) => ({ file, label })))
  const names = parts.flatMap(({ file, labels }) => labels.map((_, i) => `${file}#${i}`))
  const bytes = Buffer.concat(parts.map(({ pixels }) => pixels))
  return {
    paths: TextColumn.of(names),
    labels: Int32Array.from(rows, ({ label }) => label),
    bytes: Float64Array.from(rows, ({ file }) => stats.get(file)!.size),
    mtimes: Float64Array.from(rows, ({ file }) => stats.get(file)!.mtimeMs),
    pixels: { ...form, bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, rows.length * bytesOf(form)) },
  }
}

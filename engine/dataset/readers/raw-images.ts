import { statSync } from 'node:fs'
import { constants, gunzipSync } from 'node:zlib'
import { DatasetError } from '../../../shared/errors.ts'
import { readRegular } from '../../../storage/regular-file.ts'
import { readText } from './text-file.ts'
import { bytesOf, type FileColumns, type RawImages } from '../image-index/split-index.ts'
import { TextColumn } from '../image-index/text-column.ts'

/** Raw images are kept in memory: more of them belong into another layout. */
export const maxRawBytes = 2 ** 31
/** Packed bytes that are unpacked first: few files of a few megabytes hold gigabytes of zeros. */
const HEAD = 4096
/** Bytes of the names of classes. */
const MOST_NAMES = 50e6

/**
 * A file, unpacked where it is gzipped. Throws `DatasetError` where it cannot be, or is too large.
 * @param sizeOf how many bytes it must come to, from how it begins; may refuse it
 */
export function readUnpacked(file: string, sizeOf: (head: Buffer) => number): Buffer {
  const refuse = (what: string, cause?: unknown) =>
    new DatasetError(`${file} ${what}; fetch it again, or choose another layout.`, { cause })
  const content = readRegular(file, maxRawBytes, refuse)
  if (content[0] !== 0x1f || content[1] !== 0x8b) return content
  try {
    const head = gunzipSync(content.subarray(0, HEAD), { finishFlush: constants.Z_SYNC_FLUSH })
    return gunzipSync(content, { maxOutputLength: Math.min(maxRawBytes, sizeOf(head)) })
  } catch (error) {
    if (error instanceof DatasetError) throw error
    throw refuse('cannot be unpacked: it is damaged, cut, or larger than it may be', error)
  }
}

/** The lines of a small text file, without empty ones. Throws `DatasetError` for what is none. */
export const readNames = (file: string): string[] =>
  readText(file, MOST_NAMES, (what) => new DatasetError(`${file} ${what}; name a class on each of its lines.`))
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '')

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

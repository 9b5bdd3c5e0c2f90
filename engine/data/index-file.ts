import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { asStorageError } from '../../shared/storage.ts'
import { writeFileWhole } from '../../storage/write-file.ts'

/** Every file of a dataset that was ever opened, as columns; of both splits, since a path tells them apart. */
export interface ExaminedColumns {
  readonly paths: readonly string[]
  readonly bytes: Float64Array
  readonly mtimes: Float64Array
  readonly heights: Int32Array
  readonly widths: Int32Array
  readonly kinds: Int32Array
  /** By row; only of files that cannot be read. */
  readonly reasons: ReadonlyMap<number, string>
}

const FORMAT = 1
/** A line of JSON, then the columns one after the other in the order of the machine, then the paths with a NUL between. */
interface Header {
  readonly format: typeof FORMAT
  readonly count: number
  readonly pathBytes: number
  readonly reasons: readonly (readonly [number, string])[]
}

/** Where the index of a dataset is kept. */
export const indexFileOf = (cacheFolder: string, root: string): string =>
  join(cacheFolder, 'indexes', `${createHash('sha256').update(root).digest('hex').slice(0, 32)}.index`)

/** Writes the file aside, syncs it and renames it. Throws `StorageError` where that fails. */
export function writeIndexFile(file: string, columns: ExaminedColumns): void {
  const paths = Buffer.from(columns.paths.join('\0'))
  const header: Header = { format: FORMAT, count: columns.paths.length, pathBytes: paths.length, reasons: [...columns.reasons] }
  const numbers = [columns.bytes, columns.mtimes, columns.heights, columns.widths, columns.kinds]
  const bytes = numbers.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength))
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileWhole(file, Buffer.concat([Buffer.from(JSON.stringify(header) + '\n'), ...bytes, paths]))
  } catch (error) {
    throw asStorageError(error, `The index file ${file}`)
  }
}

/** What was remembered; nothing where there is no such file, or it is damaged or of another version. */
export function readIndexFile(file: string): ExaminedColumns | undefined {
  try {
    return parse(readFileSync(file))
  } catch {
    return undefined
  }
}

function parse(content: Buffer): ExaminedColumns | undefined {
  const start = content.indexOf('\n') + 1
  const { format, count, pathBytes, reasons } = JSON.parse(content.toString('utf8', 0, start)) as Header
  if (format !== FORMAT || content.length !== start + count * (8 + 8 + 4 + 4 + 4) + pathBytes) return undefined
  let offset = start
  // A slice of the file is copied, since its place in it need not be aligned.
  const take = (bytes: number) => new Uint8Array(content.subarray(offset, (offset += bytes))).buffer
  const [bytes, mtimes] = [new Float64Array(take(8 * count)), new Float64Array(take(8 * count))]
  const [heights, widths, kinds] = [new Int32Array(take(4 * count)), new Int32Array(take(4 * count)), new Int32Array(take(4 * count))]
  const paths = count === 0 ? [] : content.toString('utf8', offset).split('\0')
  return paths.length === count ? { paths, bytes, mtimes, heights, widths, kinds, reasons: new Map(reasons) } : undefined
}

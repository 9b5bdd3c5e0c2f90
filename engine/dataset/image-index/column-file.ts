import { closeSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { asStorageError } from '../../../storage/system-error.ts'
import { writeFileWhole } from '../../../storage/write-file.ts'

const arrays = {
  f64: Float64Array,
  i32: Int32Array,
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  u64: BigUint64Array,
} as const
type Columns = Readonly<
  Record<string, Float64Array | Int32Array | Uint8Array | Uint16Array | Uint32Array | BigUint64Array>
>

/** Columns of numbers under a header of a few facts. */
export interface ColumnFile<Facts> {
  readonly facts: Facts
  readonly columns: Columns
}

const FORMAT = 5
/** Bytes at the end: the CRC-32 of all before. zlib's takes 50 ms for 100 MB, which is an index of a million images. */
const CHECKSUM = 4

interface Header {
  readonly format: typeof FORMAT
  readonly facts: unknown
  readonly columns: readonly { readonly name: string; readonly type: keyof typeof arrays; readonly length: number }[]
}

/**
 * Writes the file aside, syncs it and renames it: its header as a line of JSON, then the columns in the byte
 * order of the machine, then a checksum. Throws `StorageError` where that fails.
 */
export function writeColumnFile(file: string, { facts, columns }: ColumnFile<unknown>): void {
  const described = Object.entries(columns).map(([name, column]) => ({
    name,
    type: typeOf(column),
    length: column.length,
  }))
  const header: Header = { format: FORMAT, facts, columns: described }
  const bytes = Object.values(columns).map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  )
  try {
    mkdirSync(dirname(file), { recursive: true })
    const parts = [Buffer.from(JSON.stringify(header) + '\n'), ...bytes]
    writeFileWhole(file, [...parts, checksumOf(parts)])
  } catch (error) {
    throw asStorageError(error, `The index file ${file}`)
  }
}

function checksumOf(parts: readonly Uint8Array[]): Buffer {
  const checksum = Buffer.alloc(CHECKSUM)
  checksum.writeUInt32LE(parts.reduce((crc, part) => crc32(part, crc), 0))
  return checksum
}

function typeOf(column: Columns[string]): keyof typeof arrays {
  return (Object.keys(arrays) as (keyof typeof arrays)[]).find((type) => column instanceof arrays[type])!
}

/** What was written; nothing where there is no such file, or it is damaged or of another version. */
export function readColumnFile<Facts>(file: string): ColumnFile<Facts> | undefined {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch {
    return undefined
  }
  try {
    return parse<Facts>(descriptor)
  } catch {
    return undefined
  } finally {
    closeSync(descriptor)
  }
}

function parse<Facts>(descriptor: number): ColumnFile<Facts> | undefined {
  const line = firstLine(descriptor)
  const { format, facts, columns } = JSON.parse(line.toString()) as Header
  if (format !== FORMAT) return undefined
  const sizes = columns.map(({ type, length }) => arrays[type].BYTES_PER_ELEMENT * length)
  const total = sizes.reduce((sum, size) => sum + size, line.length + 1 + CHECKSUM)
  if (fstatSync(descriptor).size !== total) return undefined
  let position = line.length + 1
  const take = (bytes: number) => readAt(descriptor, (position += bytes) - bytes, bytes)
  const bytes = sizes.map(take)
  if (!checksumOf([line, NEWLINE, ...bytes]).equals(take(CHECKSUM))) return undefined
  return {
    facts: facts as Facts,
    columns: Object.fromEntries(columns.map(({ name, type }, i) => [name, new arrays[type](bytes[i]!.buffer)])),
  }
}

const NEWLINE = Uint8Array.of(10)

/** Without its end. */
function firstLine(descriptor: number): Buffer {
  const { size } = fstatSync(descriptor)
  for (let bytes = Math.min(size, 65_536); ; bytes = Math.min(size, 4 * bytes)) {
    const start = Buffer.from(readAt(descriptor, 0, bytes).buffer)
    const end = start.indexOf(10)
    if (end >= 0) return start.subarray(0, end)
    if (bytes === size) throw new Error('It has no header.')
  }
}

/** A buffer of its own, so that it is aligned for every type. */
function readAt(descriptor: number, position: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  for (let done = 0; done < length;) {
    const read = readSync(descriptor, bytes, done, Math.min(length - done, 2 ** 30), position + done)
    if (read === 0) throw new Error('It ended early.')
    done += read
  }
  return bytes
}

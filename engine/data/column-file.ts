import { closeSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs'
import { dirname } from 'node:path'
import { asStorageError } from '../../shared/storage.ts'
import { writeFileWhole } from '../../storage/write-file.ts'

const arrays = { f64: Float64Array, i32: Int32Array, u16: Uint16Array, u64: BigUint64Array } as const
type Columns = Readonly<Record<string, Float64Array | Int32Array | Uint16Array | BigUint64Array>>

/** Columns of numbers, and one of text without NUL, under a header of a few facts. */
export interface ColumnFile<Facts> {
  readonly facts: Facts
  readonly numbers: Columns
  readonly texts: readonly string[]
}

const FORMAT = 2
/** A string of all names would be longer than strings may be. */
const TEXTS_PER_BLOCK = 50_000

interface Header {
  readonly format: typeof FORMAT
  readonly facts: unknown
  readonly columns: readonly { readonly name: string; readonly type: keyof typeof arrays; readonly length: number }[]
  /** Bytes of the blocks of texts, which have a NUL between them. */
  readonly blocks: readonly number[]
  readonly texts: number
}

/**
 * Writes the file aside, syncs it and renames it: its header as a line of JSON, then the columns in the byte
 * order of the machine, then the texts. Throws `StorageError` where that fails.
 */
export function writeColumnFile(file: string, { facts, numbers, texts }: ColumnFile<unknown>): void {
  const blocks: Buffer[] = []
  for (let first = 0; first < texts.length; first += TEXTS_PER_BLOCK) blocks.push(Buffer.from(texts.slice(first, first + TEXTS_PER_BLOCK).join('\0')))
  const columns = Object.entries(numbers).map(([name, column]) => ({ name, type: typeOf(column), length: column.length }))
  const header: Header = { format: FORMAT, facts, columns, blocks: blocks.map(({ length }) => length), texts: texts.length }
  const bytes = Object.values(numbers).map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength))
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileWhole(file, [Buffer.from(JSON.stringify(header) + '\n'), ...bytes, ...blocks])
  } catch (error) {
    throw asStorageError(error, `The index file ${file}`)
  }
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
  const { format, facts, columns, blocks, texts: count } = JSON.parse(line.toString()) as Header
  if (format !== FORMAT) return undefined
  const sizes = columns.map(({ type, length }) => arrays[type].BYTES_PER_ELEMENT * length)
  const total = [...sizes, ...blocks].reduce((sum, size) => sum + size, line.length + 1)
  if (fstatSync(descriptor).size !== total) return undefined
  let position = line.length + 1
  const take = (bytes: number) => readAt(descriptor, (position += bytes) - bytes, bytes)
  const numbers = Object.fromEntries(columns.map(({ name, type }, i) => [name, new arrays[type](take(sizes[i]!).buffer)]))
  const texts: string[] = []
  for (const size of blocks) for (const text of Buffer.from(take(size).buffer).toString().split('\0')) texts.push(text)
  return texts.length === count ? { facts: facts as Facts, numbers, texts } : undefined
}

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
  for (let done = 0; done < length; ) {
    const read = readSync(descriptor, bytes, done, Math.min(length - done, 2 ** 30), position + done)
    if (read === 0) throw new Error('It ended early.')
    done += read
  }
  return bytes
}

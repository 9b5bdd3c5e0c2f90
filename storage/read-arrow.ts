import { readFileSync, statSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { StorageError } from '../shared/errors.ts'
import {
  arrays,
  filledUp,
  joined,
  numbersIn,
  type Arrays,
  type ArrowSeal,
  type ColumnType,
  type ColumnTypes,
} from './arrow-columns.ts'

/** All rows of a file. */
export interface ArrowTable<T extends ColumnTypes> {
  readonly rows: number
  /** Numbers as they are in the file; texts are decoded when they are asked for. */
  readonly columns: { readonly [K in keyof T]: ColumnOf<T[K]> }
}

type ColumnOf<T extends ColumnType> = T extends 'text'
  ? TextReader
  : T extends keyof Arrays
    ? Arrays[T]
    : T extends readonly [infer N extends keyof Arrays, number]
      ? Arrays[N]
      : never

/** Texts by row. */
export interface TextReader {
  at(row: number): string
}

/**
 * All rows of a file that `ArrowFileWriter` wrote. Only the columns are looked at: what Arrow writes around them, to
 * tell others where they are, is not needed for that, and the readers of it that there are loop for ever on some damaged
 * files.
 * @param types those that it was written with
 * @param seal what the writer told of it
 * @throws StorageError where it cannot be read, or is not as it was written
 */
export function readArrowFile<T extends ColumnTypes>(path: string, types: T, seal: ArrowSeal): ArrowTable<T> {
  try {
    if (statSync(path).size !== seal.bytes) throw new Error(changed)
    const bytes = readFileSync(path)
    if (crc32(bytes) !== seal.crc32) throw new Error(changed)
    return tableOf(types, seal, new Cut(bytes.buffer, bytes.byteOffset, seal.bytes))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StorageError(`${path} cannot be read: ${reason}`, { cause: error })
  }
}

const changed = 'it is not as it was written.'

/** The bytes of a file, and how far they have been taken. */
class Cut {
  at = 0

  constructor(
    private readonly buffer: ArrayBuffer,
    private readonly start: number,
    private readonly size: number,
  ) {}

  /** The next numbers, not copied where they can be used in place. */
  take<N extends keyof Arrays>(type: N, count: number): Arrays[N] {
    const bytes = count * arrays[type].BYTES_PER_ELEMENT
    const from = this.start + this.at
    if (this.at < 0 || this.at + bytes > this.size) throw new Error(changed)
    this.at += filledUp(bytes)
    const isAligned = from % arrays[type].BYTES_PER_ELEMENT === 0
    return (
      isAligned ? new arrays[type](this.buffer, from, count) : new arrays[type](this.buffer.slice(from, from + bytes))
    ) as Arrays[N]
  }

  takeBytes(count: number): Uint8Array {
    if (count < 0 || this.at + count > this.size) throw new Error(changed)
    const bytes = new Uint8Array(this.buffer, this.start + this.at, count)
    this.at += filledUp(count)
    return bytes
  }
}

interface TextPart {
  readonly rows: number
  /** int32 [rows + 1]: where each text begins and ends in the bytes. */
  readonly ends: Int32Array
  readonly bytes: Uint8Array
}
type Part = TextPart | Arrays[keyof Arrays]

function tableOf<T extends ColumnTypes>(types: T, { batches }: ArrowSeal, cut: Cut): ArrowTable<T> {
  const names = Object.keys(types)
  const parts = new Map(names.map((name): [string, Part[]] => [name, []]))
  for (const { at, rows } of batches) {
    cut.at = at
    for (const name of names) parts.get(name)!.push(partOf(types[name]!, rows, cut))
  }
  const columns = names.map((name) => [name, columnOf(types[name]!, parts.get(name)!)])
  return {
    rows: batches.reduce((sum, { rows }) => sum + rows, 0),
    columns: Object.fromEntries(columns) as ArrowTable<T>['columns'],
  }
}

function partOf(type: ColumnType, rows: number, cut: Cut): Part {
  if (type !== 'text') return typeof type === 'string' ? cut.take(type, rows) : cut.take(type[0], rows * type[1])
  const ends = cut.take('int32', rows + 1)
  return { rows, ends, bytes: cut.takeBytes(ends[rows]!) }
}

const columnOf = (type: ColumnType, parts: readonly Part[]) =>
  type === 'text'
    ? new Texts(parts as readonly TextPart[])
    : joined(numbersIn(type), parts as readonly Float64Array[] as never)

class Texts implements TextReader {
  /** The first row of each part. */
  readonly #firsts: number[] = []

  constructor(private readonly parts: readonly TextPart[]) {
    let row = 0
    for (const { rows } of parts) {
      this.#firsts.push(row)
      row += rows
    }
  }

  at(row: number): string {
    const part = this.#firsts.findLastIndex((first) => first <= row)
    const { ends, bytes } = this.parts[part]!
    const place = row - this.#firsts[part]!
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8', ends[place], ends[place + 1])
  }
}

import { closeSync, openSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import {
  AsyncByteQueue,
  Data,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int32,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  Utf8,
  type DataType,
} from 'apache-arrow'
import {
  filledUp,
  joined,
  numbersIn,
  type ArrowBatch,
  type ArrowSeal,
  type ColumnsOf,
  type ColumnType,
  type ColumnTypes,
} from './arrow-columns.ts'

/** Rows are written together until they have so many bytes. */
const BATCH = 4e6

/**
 * Writes an Arrow file (Apache Arrow columnar format 1.5, the IPC file format; "Feather 2" to pandas) in record batches,
 * so that only some of its rows are in memory. What the system refuses is thrown as it comes. `readArrowFile` reads it
 * back.
 */
export class ArrowFileWriter<T extends ColumnTypes> {
  readonly #disk: Disk
  readonly #schema: Schema
  readonly #writer: RecordBatchFileWriter
  readonly #batches: ArrowBatch[] = []
  #waiting: ColumnsOf<T>[] = []
  #rows = 0
  #bytes = 0

  /**
   * @param path must not exist
   * @param facts what is to be told beside the columns, by name
   */
  constructor(
    path: string,
    private readonly types: T,
    facts: Readonly<Record<string, string>> = {},
  ) {
    const fields = Object.entries(types).map(([name, type]) => new Field(name, typeOf(type), false))
    this.#schema = new Schema(fields, new Map(Object.entries(facts)))
    this.#disk = new Disk(openSync(path, 'wx'))
    this.#writer = new RecordBatchFileWriter()
    this.#writer.reset(this.#disk, this.#schema)
  }

  /** Adds rows; they are kept until they are written. */
  write(rows: number, columns: ColumnsOf<T>): void {
    this.#waiting.push(columns)
    this.#rows += rows
    for (const column of Object.values<Column>(columns))
      this.#bytes += 'byteLength' in column ? column.byteLength : column.reduce((sum, text) => sum + text.length, 0)
    if (this.#bytes >= BATCH) this.#writeBatch()
  }

  /** Writes the rest, and the end, without which the file is none. */
  finish(): ArrowSeal {
    this.#writeBatch()
    this.#writer.finish()
    const { bytes, crc32 } = this.#disk
    return { bytes, crc32, batches: this.#batches }
  }

  #writeBatch(): void {
    const [rows, waiting] = [this.#rows, this.#waiting]
    this.#waiting = []
    this.#rows = this.#bytes = 0
    if (rows === 0) return
    const children = Object.entries(this.types).map(([name, type]) =>
      dataOf(
        type,
        together(
          type,
          waiting.map((columns): Column => columns[name]!),
        ),
        rows,
      ),
    )
    const struct = makeData({ type: new Struct(this.#schema.fields), length: rows, nullCount: 0, children })
    this.#writer.write(new RecordBatch(this.#schema, struct))
    const body = children.reduce((sum, child) => sum + bytesOf(child), 0)
    this.#batches.push({ at: this.#disk.bytes - body, rows })
  }

  close(): void {
    closeSync(this.#disk.descriptor)
  }
}

/** Where the writer's bytes go, at once: it would keep them until somebody takes them. */
class Disk extends AsyncByteQueue {
  bytes = 0
  crc32 = 0

  constructor(readonly descriptor: number) {
    super()
  }

  override write(value: ArrayBufferView): void {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    for (let done = 0; done < bytes.length;) done += writeSync(this.descriptor, bytes, done)
    this.bytes += bytes.length
    this.crc32 = crc32(bytes, this.crc32)
  }
}

type Column = readonly string[] | Float64Array | Float32Array | Int32Array

/** The rows of columns of one kind, as one column. */
const together = (type: ColumnType, parts: readonly Column[]): Column =>
  type === 'text' ? (parts.flat() as string[]) : joined(numbersIn(type), parts as readonly Float64Array[] as never)

function typeOf(type: ColumnType): DataType {
  if (type === 'text') return new Utf8()
  if (type === 'int32') return new Int32()
  if (type === 'float32') return new Float32()
  if (type === 'float64') return new Float64()
  const [of, width] = type
  return new FixedSizeList(width, new Field('item', typeOf(of), false))
}

function dataOf(type: ColumnType, values: Column, length: number): Data {
  if (type === 'text') return textData(values as readonly string[])
  if (typeof type === 'string') return new Data(typeOf(type), 0, length, 0, [undefined, values] as never)
  const [of, width] = type
  return makeData({
    type: typeOf(type) as FixedSizeList,
    length,
    nullCount: 0,
    child: dataOf(of, values, length * width),
  })
}

function textData(texts: readonly string[]): Data {
  const valueOffsets = new Int32Array(texts.length + 1)
  texts.forEach((text, i) => (valueOffsets[i + 1] = valueOffsets[i]! + Buffer.byteLength(text)))
  const data = Buffer.from(texts.join(''))
  return makeData({ type: new Utf8(), length: texts.length, nullCount: 0, valueOffsets, data })
}

/** Bytes of a column of a batch: those of its buffers, each filled up to a multiple of 8. */
function bytesOf({ valueOffsets, values, children }: Data): number {
  const buffers = [valueOffsets, values] as readonly (ArrayBufferView | undefined)[]
  const own = buffers.reduce((sum, buffer) => sum + filledUp(buffer?.byteLength ?? 0), 0)
  return (children as readonly Data[]).reduce((sum, child) => sum + bytesOf(child), own)
}

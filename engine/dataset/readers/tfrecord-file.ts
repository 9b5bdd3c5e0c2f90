import { closeSync, readSync } from 'node:fs'
import { maskedCrc } from '../../../storage/crc32c.ts'
import { DatasetError } from '../../../shared/errors.ts'
import { openRegular } from '../../../storage/regular-file.ts'

/** A record longer than this is not read: no image that is small enough is that large. */
const maxRecord = 1e9
/** What a packed file begins with; as a length it would be more than a record has. */
const GZIP = 0x1f8b
/** Read at once. */
const BLOCK = 4 * 1024 * 1024

export interface TfRecord {
  /** First byte of the record, its length included, in the file. */
  readonly offset: number
  /** Valid until the next record is asked for. Absent where it is damaged. */
  readonly data?: Buffer
  /** What is wrong with it, in a few words; nothing after it can be read where its length is. */
  readonly problem?: string
  /** Bytes from here to the end of the file, where nothing of them can be read. */
  readonly lost?: number
}

/**
 * The records of a TFRecord file: length (8 bytes), checksum of the length (4), data, checksum of the data (4),
 * little-endian, as TensorFlow's `record_writer` writes them.
 */
export function* readTfRecords(path: string): Generator<TfRecord> {
  const file = new BlockReader(path)
  try {
    if (file.size > 2 && file.read(0, 2).readUInt16BE(0) === GZIP) {
      yield { offset: 0, problem: 'the file is packed with gzip: unpack it', lost: file.size }
      return
    }
    for (let offset = 0; offset < file.size;) {
      const record = readRecord(file, offset)
      if (record.length === undefined) {
        yield { ...record, lost: file.size - offset }
        return
      }
      yield record
      offset += record.length + 16
    }
  } finally {
    file.close()
  }
}

function readRecord(file: BlockReader, offset: number): TfRecord & { length?: number } {
  const cut = 'the file is cut within this record'
  if (offset + 16 > file.size) return { offset, problem: cut }
  const header = file.read(offset, 12)
  const length = Number(header.readBigUInt64LE(0))
  if (header.readUInt32LE(8) !== maskedCrc(header.subarray(0, 8)))
    return { offset, problem: 'the checksum of its length is wrong, so the rest of the file cannot be read' }
  if (offset + 16 + length > file.size) return { offset, problem: cut }
  if (length > maxRecord) return { offset, length, problem: 'larger than 1 GB' }
  const body = file.read(offset + 12, length + 4)
  const data = body.subarray(0, length)
  return body.readUInt32LE(length) === maskedCrc(data)
    ? { offset, length, data }
    : { offset, length, problem: 'its checksum is wrong' }
}

/** Reads a file mostly forwards, in blocks. */
class BlockReader {
  readonly #descriptor: number
  readonly size: number
  #block: Buffer = Buffer.alloc(0)
  #first = 0

  constructor(path: string) {
    const { descriptor, bytes } = openRegular(
      path,
      Infinity,
      (what) => new DatasetError(`${path} ${what}; replace it by a file of records, or take it away.`),
    )
    this.#descriptor = descriptor
    this.size = bytes
  }

  /** Bytes that are known to be there; shorter only where the file has become so. */
  read(position: number, length: number): Buffer {
    if (position < this.#first || position + length > this.#first + this.#block.length) {
      const block = Buffer.allocUnsafe(Math.max(length, Math.min(BLOCK, this.size - position)))
      const read = readSync(this.#descriptor, block, 0, block.length, position)
      this.#block = block.fill(0, read)
      this.#first = position
    }
    return this.#block.subarray(position - this.#first, position - this.#first + length)
  }

  close(): void {
    closeSync(this.#descriptor)
  }
}

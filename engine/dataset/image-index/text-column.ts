import { textOf } from '../readers/disk-path.ts'
import { hashOf } from './byte-hash.ts'

/**
 * A column of texts, kept as the bytes of one array: a million names as strings would take three times as much.
 * A selection shares the bytes.
 */
export class TextColumn implements Iterable<string> {
  readonly length: number

  /**
   * @param bytes UTF-8, one text after the other; of file names, as the disk has them
   * @param ends where each text ends in the bytes
   * @param rows which of the texts the column consists of; all in their order without
   */
  constructor(
    readonly bytes: Uint8Array,
    readonly ends: Uint32Array,
    readonly rows?: Int32Array,
  ) {
    this.length = (rows ?? ends).length
  }

  static of(texts: Iterable<string>): TextColumn {
    const builder = new TextBuilder()
    for (const text of texts) builder.add(text)
    return builder.column()
  }

  /** As people are shown it; `undefined` beyond the end. */
  at(row: number): string | undefined {
    return row < 0 || row >= this.length ? undefined : textOf(this.bytesAt(row))
  }

  /** The bytes of a text, not copied. */
  bytesAt(row: number): Uint8Array {
    const place = this.rows ? this.rows[row]! : row
    return this.bytes.subarray(place === 0 ? 0 : this.ends[place - 1], this.ends[place])
  }

  select(rows: ArrayLike<number>): TextColumn {
    return new TextColumn(
      this.bytes,
      this.ends,
      Int32Array.from(rows, (row) => (this.rows ? this.rows[row]! : row)),
    )
  }

  *[Symbol.iterator](): Generator<string> {
    for (let row = 0; row < this.length; row++) yield this.at(row)!
  }
}

/** A column that grows. */
export class TextBuilder {
  #bytes = Buffer.alloc(4096)
  #used = 0
  readonly #ends: number[] = []

  get length(): number {
    return this.#ends.length
  }

  add(text: string | Uint8Array): void {
    // A code unit takes at most 3 bytes in UTF-8.
    const most = this.#used + 3 * text.length
    if (most > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], Math.max(most, 2 * this.#bytes.length))
    if (typeof text === 'string') this.#used += this.#bytes.write(text, this.#used)
    else {
      this.#bytes.set(text, this.#used)
      this.#used += text.length
    }
    this.#ends.push(this.#used)
  }

  column(): TextColumn {
    return new TextColumn(new Uint8Array(this.#bytes.subarray(0, this.#used)), Uint32Array.from(this.#ends))
  }
}

/** Whether two columns have the same texts. */
export function isSame(a: TextColumn, b: TextColumn): boolean {
  if (a.length !== b.length) return false
  if (!a.rows && !b.rows) return sameBytes(a.bytes, b.bytes) && a.ends.every((end, row) => end === b.ends[row])
  for (let row = 0; row < a.length; row++) if (!sameBytes(a.bytesAt(row), b.bytesAt(row))) return false
  return true
}

const sameBytes = (a: Uint8Array, b: Uint8Array) => a === b || Buffer.compare(a, b) === 0

/**
 * Finds the row of a text and a number in a column: a hash table (open addressing, linear probing) of rows, a
 * tenth of a `Map` of as many strings.
 */
export class TextTable {
  readonly #slots: Int32Array

  constructor(
    private readonly texts: TextColumn,
    private readonly numbers: Float64Array,
  ) {
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * texts.length + 1))).fill(-1)
    for (let row = 0; row < texts.length; row++) this.#slots[this.#find(texts.bytesAt(row), numbers[row]!)] = row
  }

  /** `undefined` where there is none. */
  rowOf(text: Uint8Array, number: number): number | undefined {
    const row = this.#slots[this.#find(text, number)]!
    return row < 0 ? undefined : row
  }

  /** Its slot, or the free one where it belongs. */
  #find(text: Uint8Array, number: number): number {
    const mask = this.#slots.length - 1
    for (let slot = hashOf(text, number >>> 0) & mask; ; slot = (slot + 1) & mask) {
      const row = this.#slots[slot]!
      if (row < 0 || (this.numbers[row] === number && sameBytes(this.texts.bytesAt(row), text))) return slot
    }
  }
}

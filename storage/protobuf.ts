/**
 * As much of the protocol-buffer wire format as TensorFlow's C API and its file formats ask for: messages are built
 * from their fields, and read field by field.
 * Format: https://protobuf.dev/programming-guides/encoding/
 */
export interface Field {
  readonly number: number
  /** The value of a varint or fixed field; bytes for a length-delimited one. */
  readonly value: bigint | Uint8Array
}

function varint(value: bigint): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return [...bytes, Number(rest)]
}

/** A varint field: integers, enums, booleans. */
export const varintField = (number: number, value: number | boolean): Uint8Array =>
  Uint8Array.from([...varint(BigInt(number << 3)), ...varint(BigInt(value))])

/** A single-precision field. */
export function floatField(number: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return Buffer.concat([Uint8Array.from(varint(BigInt((number << 3) | 5))), bytes])
}

/** A double-precision field. */
export function doubleField(number: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return Buffer.concat([Uint8Array.from(varint(BigInt((number << 3) | 1))), bytes])
}

/** A length-delimited field: a string, bytes or a message. */
export function bytesField(number: number, value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  return Buffer.concat([
    Uint8Array.from([...varint(BigInt((number << 3) | 2)), ...varint(BigInt(bytes.length))]),
    bytes,
  ])
}

/** A message of fields, in their order. */
export const message = (...fields: Uint8Array[]): Uint8Array => Buffer.concat(fields)

/** Longer than this no number of 64 bits is. */
const MAX_VARINT = 10

class Reader {
  #offset = 0
  constructor(private readonly bytes: Uint8Array) {}

  get atEnd(): boolean {
    return this.#offset >= this.bytes.length
  }

  varint(): bigint {
    let value = 0n
    for (let length = 0; length < MAX_VARINT; length++) {
      const byte = this.bytes[this.#offset++]
      if (byte === undefined) throw new RangeError('a protocol-buffer message ends in the middle of a number')
      value |= BigInt(byte & 127) << BigInt(7 * length)
      if (byte < 128) return BigInt.asUintN(64, value)
    }
    throw new RangeError('a number in a protocol-buffer message is longer than 64 bits')
  }

  take(length: number): Uint8Array {
    if (this.#offset + length > this.bytes.length) throw new RangeError('a protocol-buffer message is cut short')
    return this.bytes.subarray(this.#offset, (this.#offset += length))
  }

  field(): Field {
    const key = Number(this.varint())
    const [number, wireType] = [Math.floor(key / 8), key % 8]
    switch (wireType) {
      case 0:
        return { number, value: this.varint() }
      case 1:
        return { number, value: Buffer.from(this.take(8)).readBigUInt64LE() }
      case 2:
        return { number, value: this.take(Number(this.varint())) }
      case 5:
        return { number, value: BigInt(Buffer.from(this.take(4)).readUInt32LE()) }
      default:
        throw new RangeError(`wire type ${wireType} is not used by protocol buffers 3`)
    }
  }
}

/**
 * The fields of a message, one level deep, in the order they stand. Bytes are views of the message, not copies. Each
 * field is read when it is asked for; `RangeError` comes where one is cut short.
 */
export function* eachField(bytes: Uint8Array): Generator<Field, void> {
  const reader = new Reader(bytes)
  while (!reader.atEnd) yield reader.field()
}

/** {@link eachField}, all of them. Throws `RangeError` when the message is cut short. */
export const readFields = (bytes: Uint8Array): Field[] => [...eachField(bytes)]

/** The unsigned number that bytes begin with, as in a packed field. Throws `RangeError` when it is cut short. */
export const firstVarint = (bytes: Uint8Array): bigint => new Reader(bytes).varint()

/** The length-delimited fields of a number. */
export const bytesOf = (fields: readonly Field[], number: number): Uint8Array[] =>
  fields.flatMap((field) => (field.number === number && field.value instanceof Uint8Array ? [field.value] : []))

/** The first string of a number, or an empty one. */
export const textOf = (fields: readonly Field[], number: number): string =>
  Buffer.from(bytesOf(fields, number)[0] ?? []).toString()

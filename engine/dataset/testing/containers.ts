import { crc32c } from '../../../storage/crc32c.ts'

/** A protocol buffer field of bytes. */
const field = (number: number, bytes: Uint8Array) =>
  Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes])

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
    if (rest < 128n) return Buffer.from([...bytes, Number(rest)])
    bytes.push(Number(rest & 127n) | 128)
  }
}

const feature = (key: string, kind: number, list: Uint8Array) =>
  field(1, Buffer.concat([field(1, Buffer.from(key)), field(2, field(kind, list))]))

/** A tf.train.Example of bytes, words, numbers and lists of numbers. */
export const features = (values: Readonly<Record<string, Uint8Array | string | number | readonly number[]>>): Buffer =>
  field(
    1,
    Buffer.concat(
      Object.entries(values).map(([key, value]) =>
        typeof value === 'number' || Array.isArray(value)
          ? feature(key, 3, field(1, Buffer.concat([value].flat().map((number) => varint(number as number)))))
          : feature(key, 1, field(1, Buffer.from(value as string))),
      ),
    ),
  )

/** One as the ImageNet scripts write it. */
export const example = (image: Uint8Array, label: number, text?: string): Buffer =>
  features({
    'image/height': 5,
    'image/encoded': image,
    'image/class/label': label,
    ...(text !== undefined && { 'image/class/text': text }),
  })

function masked(bytes: Uint8Array): Buffer {
  const crc = crc32c(bytes)
  const result = Buffer.alloc(4)
  result.writeUInt32LE((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0)
  return result
}

/** Bytes of a TFRecord file. */
export const tfRecords = (records: readonly Uint8Array[]): Buffer =>
  Buffer.concat(
    records.flatMap((data) => {
      const length = Buffer.alloc(8)
      length.writeBigUInt64LE(BigInt(data.length))
      return [length, masked(length), data, masked(data)]
    }),
  )

/** Bytes of an IDX file of unsigned bytes. */
export function idx(shape: readonly number[], data: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length)
  header[2] = 8
  header[3] = shape.length
  shape.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i))
  return Buffer.concat([header, data])
}

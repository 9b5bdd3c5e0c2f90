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

/** A tf.train.Example as the ImageNet scripts write it. */
export function example(image: Uint8Array, label: number, text?: string): Buffer {
  const packedLabel = field(1, varint(label))
  const features = [
    feature('image/height', 3, field(1, varint(5))),
    feature('image/encoded', 1, field(1, image)),
    feature('image/class/label', 3, packedLabel),
  ]
  if (text !== undefined) features.push(feature('image/class/text', 1, field(1, Buffer.from(text))))
  return field(1, Buffer.concat(features))
}

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

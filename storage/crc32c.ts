/** The reflected Castagnoli polynomial (RFC 3720, section 12.1). */
const POLYNOMIAL = 0x82f63b78

/** Table k gives the checksum of a byte that k zero bytes follow. */
const tables = Array.from({ length: 8 }, () => new Uint32Array(256))
for (let byte = 0; byte < 256; byte++) {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
  tables[0]![byte] = crc
}
for (let k = 1; k < 8; k++)
  for (let byte = 0; byte < 256; byte++)
    tables[k]![byte] = tables[0]![tables[k - 1]![byte]! & 255]! ^ (tables[k - 1]![byte]! >>> 8)
const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
]

/** CRC-32C of bytes, unsigned; eight bytes a round (Kounavis & Berry 2005), since whole datasets pass through it. */
export function crc32c(bytes: Uint8Array): number {
  let crc = -1
  let i = 0
  for (const end = bytes.length - 7; i < end; i += 8) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
    crc =
      t7[crc & 255]! ^
      t6[(crc >>> 8) & 255]! ^
      t5[(crc >>> 16) & 255]! ^
      t4[crc >>> 24]! ^
      t3[bytes[i + 4]!]! ^
      t2[bytes[i + 5]!]! ^
      t1[bytes[i + 6]!]! ^
      t0[bytes[i + 7]!]!
  }
  for (; i < bytes.length; i++) crc = t0[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8)
  return ~crc >>> 0
}

/**
 * The checksum as TFRecord files store it, unsigned: rotated right by 15 and added to (TensorFlow's `crc32c::Mask`), so
 * that a record may itself hold records.
 */
export function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes)
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}

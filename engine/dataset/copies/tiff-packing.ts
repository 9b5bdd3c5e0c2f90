import { inflateSync } from 'node:zlib'

/**
 * Unpacks a strip or tile of a TIFF.
 * @param most bytes that are wanted: what there is beyond them is left out
 * @returns as many bytes as there are, at most `most`; errors of any kind where the packed bytes are damaged
 */
export type Unpack = (packed: Buffer, most: number) => Buffer

const deflate: Unpack = (packed, most) => inflateSync(packed, { maxOutputLength: most + 1 }).subarray(0, most)

/** Runs of bytes: TIFF 6.0, section 9. */
const packBits: Unpack = (packed, most) => {
  const bytes = Buffer.alloc(most)
  let [from, to] = [0, 0]
  while (to < most && from + 1 < packed.length) {
    const count = packed.readInt8(from++)
    if (count === -128) continue
    if (count < 0) {
      const end = Math.min(most, to + 1 - count)
      bytes.fill(packed[from++]!, to, end)
      to = end
    } else {
      const copied = packed.copy(bytes, to, from, Math.min(packed.length, from + count + 1))
      from += count + 1
      to += copied
    }
  }
  return bytes.subarray(0, to)
}

const [CLEAR, END, FIRST, MOST_CODES] = [256, 257, 258, 4096]

/**
 * LZW, codes from the highest bit, one bit longer a code earlier than needed: TIFF 6.0, section 13. What a code stands
 * for lies in the unpacked bytes already, as the one before it and a byte more.
 */
const lzw: Unpack = (packed, most) => {
  const bytes = Buffer.alloc(most)
  const [starts, lengths] = [new Int32Array(MOST_CODES), new Int32Array(MOST_CODES)]
  let [to, next, bits, at] = [0, FIRST, 9, 0]
  // Of the code before: no bytes after a start.
  let [lastStart, lastLength] = [0, 0]
  while (to < most && at + bits <= 8 * packed.length) {
    const code = bitsAt(packed, at, bits)
    at += bits
    if (code === END) break
    if (code === CLEAR) {
      ;[next, bits, lastLength] = [FIRST, 9, 0]
      continue
    }
    if (lastLength > 0 && next < MOST_CODES) {
      starts[next] = lastStart
      lengths[next] = lastLength + 1
      next += 1
      bits = bitsOfCode(next)
    }
    if (code >= next) throw new RangeError('It names a code that there is not yet.')
    lastStart = to
    if (code < CLEAR) {
      bytes[to] = code
      lastLength = 1
    } else {
      lastLength = lengths[code]!
      repeat(bytes, starts[code]!, Math.min(to + lastLength, most), to)
    }
    to += lastLength
  }
  return bytes.subarray(0, Math.min(to, most))
}

/** Up to 16 bits that begin anywhere; those beyond the end are 0. */
function bitsAt(bytes: Buffer, at: number, bits: number): number {
  const byte = at >> 3
  const three = (bytes[byte]! << 16) | ((bytes[byte + 1] ?? 0) << 8) | (bytes[byte + 2] ?? 0)
  return (three >> (24 - bits - (at & 7))) & ((1 << bits) - 1)
}

/** Of the code that is read when so many have been given. */
const bitsOfCode = (codes: number) => Math.min(12, 32 - Math.clz32(codes + 1))

/** Byte by byte: the last one to be copied may be the first of the copy. */
function repeat(bytes: Buffer, from: number, end: number, to: number): void {
  for (; to < end; to++, from++) bytes[to] = bytes[from]!
}

/** By the number of the tag Compression: none, LZW, Deflate by two numbers, PackBits. */
export const packings: Readonly<Record<number, Unpack>> = {
  1: (packed, most) => packed.subarray(0, most),
  5: lzw,
  8: deflate,
  32_946: deflate,
  32_773: packBits,
}

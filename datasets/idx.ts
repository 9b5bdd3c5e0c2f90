import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

const unsignedBytes = 0x08

export interface IdxArray {
  /** The size of each axis, outermost first. */
  shape: number[]
  /** The elements, row-major. */
  data: Buffer
}

/**
 * Reads a gzipped IDX file of unsigned bytes: the format of MNIST and its kin. Its header is two zero bytes, a
 * type code, the number of axes, and the size of each axis as a big-endian 32-bit number.
 * Throws `RangeError` for another type and for a file that is cut short.
 */
export async function readIdx(file: string): Promise<IdxArray> {
  const bytes = await promisify(gunzip)(await readFile(file))
  if (bytes.readUInt16BE(0) !== 0 || bytes[2] !== unsignedBytes)
    throw new RangeError(`${file} is no IDX file of unsigned bytes`)
  const axes = bytes.readUInt8(3)
  const shape = Array.from({ length: axes }, (_, axis) => bytes.readUInt32BE(4 + 4 * axis))
  const data = bytes.subarray(4 + 4 * axes)
  if (data.length !== shape.reduce((product, size) => product * size, 1)) throw new RangeError(`${file} is cut short`)
  return { shape, data }
}

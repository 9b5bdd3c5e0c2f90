import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'

export type HashAlgorithm = 'md5' | 'sha256'

/** The checksum of a file, in hexadecimal. */
export async function fileHash(file: string, algorithm: HashAlgorithm): Promise<string> {
  const hash = createHash(algorithm)
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash)
  return hash.digest('hex')
}

export const fileSha256 = (file: string): Promise<string> => fileHash(file, 'sha256')

import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'

/** Writes a stream to a new file, syncs it to the disk, and returns its SHA-256 in hexadecimal. */
export async function writeSynced(
  content: AsyncIterable<Uint8Array>,
  path: string,
  onBytes: (bytes: number) => void,
  mode?: number,
): Promise<string> {
  const hash = createHash('sha256')
  const file = await open(path, 'wx', mode)
  try {
    for await (const piece of content) {
      hash.update(piece)
      await file.writeFile(piece)
      onBytes(piece.length)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return hash.digest('hex')
}

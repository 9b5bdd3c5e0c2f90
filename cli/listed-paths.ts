import { UsageError } from '../shared/errors.ts'

/** Bytes of all paths together. */
const MOST = 64e6

/** The paths that were named; in place of `-` stand those that come on stdin, one a line. Throws `UsageError`. */
export async function listedPaths(named: readonly string[], input: AsyncIterable<Buffer>): Promise<string[]> {
  if (!named.includes('-')) return [...named]
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of input) {
    bytes += chunk.length
    if (bytes > MOST)
      throw new UsageError(`More than ${MOST / 1e6} MB of paths came on stdin; name a folder in place of its files.`)
    chunks.push(chunk)
  }
  const listed = Buffer.concat(chunks)
    .toString()
    .split(/\r?\n/)
    .filter((line) => line !== '')
  if (listed.length === 0)
    throw new UsageError(
      'No path came on stdin; write one a line, as in "find photos -type f | anneal predict last -".',
    )
  return [...named.filter((path) => path !== '-'), ...listed]
}

import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { DatasetError } from '../../../shared/errors.ts'
import { asStorageError } from '../../../storage/system-error.ts'

/** Bytes that are there, and bytes in all where the server says it. */
export type OnBytes = (done: number, total: number | undefined) => void

/** Seconds without a byte after which a download is given up; what has come stays. */
const PATIENCE = 60

/** A server cannot be reached, or has not got the file. Another place may. */
export class UnreachableError extends Error {}

/**
 * Downloads a file and compares its MD5. What was there of an earlier try, as `<file>.part`, is continued from
 * where it ended when the server can do that. The file gets its name when it is whole and right.
 * @throws UnreachableError; DatasetError for a file with another checksum, which is thrown away
 */
export async function download(url: string, file: string, md5: string, onBytes: OnBytes): Promise<void> {
  if (existsSync(file) && (await md5Of(file)) === md5) return
  const part = `${file}.part`
  const resumed = sizeOf(part) > 0
  await receive(url, part, onBytes)
  if ((await md5Of(part)) !== md5) {
    rmSync(part)
    // The first part may have been of something else.
    if (resumed) return download(url, file, md5, onBytes)
    throw new DatasetError(
      `${url} does not have the checksum that its authors publish (MD5 ${md5}), so it was thrown away; try again later.`,
    )
  }
  renameSync(part, file)
}

async function receive(url: string, part: string, onBytes: OnBytes): Promise<void> {
  const have = sizeOf(part)
  const stalled = new AbortController()
  let timer = setTimeout(() => stalled.abort(), PATIENCE * 1000)
  try {
    const response = await get(url, have, stalled.signal)
    // Nothing is left to send of a file that is all there.
    if (response.status === 416 && have > 0) return
    const continues = response.status === 206 && rangeStart(response) === have
    if (response.status === 206 && !continues)
      throw new UnreachableError(`${url} answered with another part than the one asked for`)
    let done = continues ? have : 0
    const length = Number(response.headers.get('content-length') ?? NaN)
    const total = Number.isFinite(length) ? done + length : undefined
    const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        clearTimeout(timer)
        timer = setTimeout(() => stalled.abort(), PATIENCE * 1000)
        done += chunk.length
        onBytes(done, total)
        yield chunk
      }
    }
    await pipeline(
      Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]),
      counted,
      createWriteStream(part, { flags: continues ? 'a' : 'w' }),
    )
  } catch (error) {
    throw explain(error, url, part)
  } finally {
    clearTimeout(timer)
  }
}

async function get(url: string, have: number, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, {
    signal,
    headers: { 'accept-encoding': 'identity', ...(have > 0 && { range: `bytes=${have}-` }) },
  })
  if (!response.ok && response.status !== 416) throw new UnreachableError(`${url} answered ${response.status}`)
  return response
}

const rangeStart = (response: Response) =>
  Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? NaN)

function explain(error: unknown, url: string, part: string): unknown {
  if (error instanceof UnreachableError) return error
  const { code, cause } = error as NodeJS.ErrnoException & { cause?: NodeJS.ErrnoException }
  if (code === 'ENOSPC' || code === 'EACCES' || code === 'EROFS') return asStorageError(error, part)
  return new UnreachableError(
    `${new URL(url).host} cannot be reached (${cause?.code ?? code ?? (error as Error).name})`,
    { cause: error },
  )
}

export async function md5Of(file: string): Promise<string> {
  const hash = createHash('md5')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0

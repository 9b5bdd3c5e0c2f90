import { createWriteStream, existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileHash, type HashAlgorithm } from '../../storage/hash.ts'
import { asStorageError } from '../../storage/system-error.ts'

/** Bytes that are there, and bytes in all where they are known. */
export type OnBytes = (done: number, total: number | undefined) => void

/** What a file must be. */
export interface Expected {
  readonly algorithm: HashAlgorithm
  /** In hexadecimal. */
  readonly sum: string
  /** Where it is known: a server that sends more is cut off. */
  readonly bytes?: number
}

export interface DownloadOptions {
  readonly onBytes: OnBytes
  /** Makes the error for a file with another checksum. */
  readonly refuse: (sentence: string) => Error
  /** Seconds without a byte after which a try is given up. */
  readonly patience?: number
  /** How often a line that broke is taken up again, as long as each time some more of the file comes. */
  readonly tries?: number
  /** Ends it with the signal's reason; what has come stays. */
  readonly signal?: AbortSignal | undefined
}

/** A server cannot be reached, or has not got the file. Another place may. */
export class UnreachableError extends Error {}

/** The line broke after the server had answered. */
class BrokenLineError extends UnreachableError {}

/**
 * Downloads a file and compares its checksum. What was there of an earlier try, as `<file>.part`, is continued from
 * where it ended when the server can do that. The file gets its name when it is whole and right.
 * @throws UnreachableError, after which the part stays; what `refuse` makes for a file with another checksum, which is
 *   thrown away; StorageError
 */
export async function download(url: string, file: string, expected: Expected, options: DownloadOptions): Promise<void> {
  const { algorithm, sum } = expected
  if (existsSync(file) && (await fileHash(file, algorithm)) === sum) return
  const part = `${file}.part`
  const resumed = sizeOf(part) > 0
  await receiveAll(url, part, expected, options)
  if ((await fileHash(part, algorithm)) !== sum) {
    rmSync(part)
    // The first part may have been of something else.
    if (resumed) return download(url, file, expected, options)
    throw options.refuse(
      `${url} does not have the checksum that it should (${algorithm.toUpperCase()} ${sum}), so it was thrown away; try again later.`,
    )
  }
  renameSync(part, file)
}

async function receiveAll(url: string, part: string, expected: Expected, options: DownloadOptions): Promise<void> {
  for (let left = options.tries ?? 3; sizeOf(part) !== expected.bytes; left -= 1) {
    const before = sizeOf(part)
    try {
      await receive(url, part, expected, options)
      return checkWhole(url, sizeOf(part), expected)
    } catch (error) {
      options.signal?.throwIfAborted()
      if (!(error instanceof BrokenLineError) || left <= 1 || sizeOf(part) <= before) throw error
    }
  }
}

function checkWhole(url: string, size: number, { bytes = size }: Expected): void {
  if (size < bytes) throw new BrokenLineError(`${url} ended after ${size} of ${bytes} bytes`)
}

async function receive(url: string, part: string, { bytes }: Expected, options: DownloadOptions): Promise<void> {
  const have = sizeOf(part)
  const watch = watchFor(options.patience ?? 60, options.signal)
  let hasAnswered = false
  try {
    const response = await get(url, have, watch.signal)
    // Nothing is left to send of a file that is all there.
    if (response.status === 416 && have > 0) return
    hasAnswered = true
    const begin = beginOf(response, have, url)
    const length = Number(response.headers.get('content-length') ?? NaN)
    const total = bytes ?? (Number.isFinite(length) ? begin + length : undefined)
    const counted = counter(begin, (done) => {
      watch.sign()
      if (bytes !== undefined && done > bytes)
        throw new UnreachableError(`${url} sends more than the ${bytes} bytes of the file`)
      options.onBytes(done, total)
    })
    const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0])
    await pipeline(body, counted, createWriteStream(part, { flags: begin > 0 ? 'a' : 'w' }))
  } catch (error) {
    throw explain(error, { url, part, hasAnswered })
  } finally {
    watch.end()
  }
}

/** Gives up after so many seconds without a sign, or when it is told to. */
function watchFor(seconds: number, stop?: AbortSignal) {
  const stalled = new AbortController()
  const start = () => setTimeout(() => stalled.abort(), seconds * 1000)
  let timer = start()
  const end = () => clearTimeout(timer)
  const sign = () => {
    end()
    timer = start()
  }
  return { signal: AbortSignal.any([stalled.signal, ...(stop ? [stop] : [])]), sign, end }
}

/** How many bytes of the file come before what a server sends. */
function beginOf(response: Response, have: number, url: string): number {
  if (response.status !== 206) return 0
  const start = Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? NaN)
  if (start !== have) throw new UnreachableError(`${url} answered with another part than the one asked for`)
  return have
}

function counter(begin: number, tell: (done: number) => void) {
  let done = begin
  return async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      tell((done += chunk.length))
      yield chunk
    }
  }
}

async function get(url: string, have: number, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, {
    signal,
    headers: { 'accept-encoding': 'identity', ...(have > 0 && { range: `bytes=${have}-` }) },
  })
  if (!response.ok && response.status !== 416) throw new UnreachableError(`${url} answered ${response.status}`)
  // What a proxy or a network that wants a login puts in the file's place.
  if (response.headers.get('content-type')?.startsWith('text/html'))
    throw new UnreachableError(`${url} answered with a web page in place of the file`)
  return response
}

function explain(
  error: unknown,
  { url, part, hasAnswered }: { url: string; part: string; hasAnswered: boolean },
): unknown {
  if (error instanceof UnreachableError) return error
  const { code, cause, name } = error as NodeJS.ErrnoException & { cause?: NodeJS.ErrnoException }
  const stored = asStorageError(error, part)
  if (stored !== error) return stored
  const reason = cause?.code ?? code ?? cause?.message ?? name
  const { host } = new URL(url)
  return hasAnswered
    ? new BrokenLineError(`the line to ${host} broke (${reason})`, { cause: error })
    : new UnreachableError(`${host} cannot be reached (${reason})`, { cause: error })
}

const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0

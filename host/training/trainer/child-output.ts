import { createWriteStream } from 'node:fs'
import { finished, type Readable } from 'node:stream'
import { OutputTail, readTail } from './log-tail.ts'

/** Milliseconds: what a trainer started itself may hold its output open after its end. */
const LAST_WORDS = 3000

/** What a child process prints: the last of it is kept to explain its end, and all of it goes to the log. */
export class ChildOutput {
  readonly #tail = new OutputTail()
  readonly #arrived: Promise<unknown>
  /** The log that the child writes by itself. */
  readonly #ownLog: string | undefined

  /** @param streams none where the child writes its log by itself */
  constructor(streams: readonly Readable[], logFile: string | undefined) {
    const isPiped = streams.length > 0
    this.#ownLog = isPiped ? undefined : logFile
    for (const stream of streams) this.#keep(stream)
    this.#arrived = Promise.all(streams.map(end))
    if (isPiped && logFile !== undefined) this.#arrived = copyTo(logFile, streams, this.#arrived)
  }

  /** The end of it, as far as it has arrived. */
  get last(): string {
    return this.#tail.toString() || (this.#ownLog === undefined ? '' : readTail(this.#ownLog))
  }

  /** Resolves when all of it has arrived. For after the end of the process. */
  async arrived(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const limit = new Promise((resolve) => (timer = setTimeout(resolve, LAST_WORDS)))
    await Promise.race([this.#arrived, limit])
    clearTimeout(timer)
  }

  #keep(stream: Readable): void {
    // A character may lie in two chunks.
    const decoder = new TextDecoder()
    stream.on('data', (chunk: Buffer) => this.#tail.add(decoder.decode(chunk, { stream: true })))
  }
}

/** Resolves when all is written. */
async function copyTo(logFile: string, streams: readonly Readable[], ended: Promise<unknown>): Promise<void> {
  // The disk may fill up; the run's own files tell that, so the log need not: `end` resolves for an error too.
  const log = createWriteStream(logFile, { flags: 'a' })
  const written = end(log)
  for (const stream of streams) stream.on('data', (chunk: Buffer) => log.write(chunk))
  await ended
  log.end()
  await written
}

/** Resolves when a stream has come to its end, or failed. */
const end = (stream: Readable | NodeJS.WritableStream): Promise<void> =>
  new Promise((resolve) => finished(stream, () => resolve()))

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** Characters. */
const TAIL = 8192
/** Characters of a line that are kept: its beginning says what it is about. */
const LINE = 1000

/** The end of what a process printed, in memory: whole lines, but for what is too long. */
export class OutputTail {
  #lines = ''
  #unended = ''

  add(chunk: string): void {
    const [rest = '', ...others] = chunk.split('\n')
    this.#unended = (this.#unended + rest).slice(0, LINE)
    for (const line of others) {
      this.#lines = `${this.#lines}${this.#unended}\n`.slice(-TAIL)
      this.#unended = line.slice(0, LINE)
    }
  }

  toString(): string {
    return this.#lines + this.#unended
  }
}

/** Bytes: of a file there is no telling where its last line begins. */
const FILE_TAIL = 64 * 1024

/** The end of a log file, or nothing where it cannot be read. */
export function readTail(file: string, bytes = FILE_TAIL): string {
  try {
    const descriptor = openSync(file, 'r')
    try {
      const { size } = fstatSync(descriptor)
      const start = Math.max(0, size - bytes)
      const buffer = Buffer.alloc(size - start)
      readSync(descriptor, buffer, 0, buffer.length, start)
      return buffer.toString('utf8')
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return ''
  }
}

/**
 * What Node prints after an error that nobody caught, the indented lines of its stack, and TensorFlow's
 * remarks below errors (`I0000 ...`, `W0000 ...`) say nothing about an end.
 */
const isNoise = (line: string) => /^(\s|[{}]|Node\.js v|[IW]\d{4} |WARNING: All log messages|$)/.test(line)

/** The last line that says something. */
export function lastLine(text: string): string | undefined {
  const line = text
    .split('\n')
    .findLast((candidate) => !isNoise(candidate))
    ?.trim()
  return line && line.length > 300 ? `${line.slice(0, 297)}...` : line
}

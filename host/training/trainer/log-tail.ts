import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const TAIL_BYTES = 8192

/** The end of what a process printed, in memory. */
export class OutputTail {
  #text = ''

  add(chunk: string): void {
    this.#text = (this.#text + chunk).slice(-TAIL_BYTES)
  }

  toString(): string {
    return this.#text
  }
}

/** The end of a log file, or nothing where it cannot be read. */
export function readTail(file: string, bytes = TAIL_BYTES): string {
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

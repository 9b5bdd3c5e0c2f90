import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'

/** The error of a file that is not read, from why: `is a named pipe and no file`, `has more than 400 MB`. */
export type Refuse = (what: string) => Error

/** An open file. */
export interface OpenFile {
  readonly descriptor: number
  readonly bytes: number
}

/**
 * Opens a file to be read, without waiting for whoever may write to a pipe of that name. Throws what `refuse` makes for
 * what is no regular file or holds more than `most` bytes, else the system's error.
 */
export function openRegular(path: string | Buffer, most: number, refuse: Refuse): OpenFile {
  const descriptor = openWithoutWaiting(path, refuse)
  try {
    const facts = fstatSync(descriptor)
    // Reading a folder is an error of the system's own.
    if (!facts.isFile() && !facts.isDirectory()) throw refuse(`is ${kindOf(facts)} and no file`)
    if (facts.size > most) throw refuse(`has more than ${Math.floor(most / 1e6)} MB`)
    return { descriptor, bytes: facts.size }
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

/** The content of a regular file. Throws as {@link openRegular}. */
export function readRegular(path: string | Buffer, most: number, refuse: Refuse): Buffer {
  const { descriptor, bytes } = openRegular(path, most, refuse)
  try {
    const content = Buffer.allocUnsafe(bytes)
    let filled = 0
    while (filled < bytes) {
      const read = readSync(descriptor, content, filled, bytes - filled, filled)
      if (read === 0) break
      filled += read
    }
    return content.subarray(0, filled)
  } finally {
    closeSync(descriptor)
  }
}

function openWithoutWaiting(path: string | Buffer, refuse: Refuse): number {
  try {
    // Windows knows no such flag, and no such pipes among its files.
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') throw refuse('is a socket and no file')
    throw error
  }
}

function kindOf(facts: Stats): string {
  if (facts.isFIFO()) return 'a named pipe'
  return facts.isSocket() ? 'a socket' : 'a device'
}

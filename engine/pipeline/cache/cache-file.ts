import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { StorageError } from '../../../shared/errors.ts'
import { makeFolder, storing } from '../../../storage/files.ts'
import { processFacts } from '../../../storage/process-facts.ts'
import { sync } from '../../../storage/write-file.ts'

const FORMAT = 1
/** Bytes behind the pixels: a line of JSON, filled up with spaces. */
const SEAL = 256

const sealOf = (key: string, bytes: number) =>
  Buffer.from(`${JSON.stringify({ format: FORMAT, key, bytes })}\n`.padEnd(SEAL))

/** Where a cache is kept. */
export const cacheFileOf = (cacheFolder: string, key: string): string =>
  join(cacheFolder, 'pixels', `${key.slice(0, 32)}.raw`)

/** Whether a file is a whole cache of this key and size. Its seal is written last. */
export function isSealed(file: string, key: string, bytes: number): boolean {
  try {
    const descriptor = openSync(file, 'r')
    try {
      if (fstatSync(descriptor).size !== bytes + SEAL) return false
      const seal = Buffer.alloc(SEAL)
      readSync(descriptor, seal, 0, SEAL, bytes)
      return seal.equals(sealOf(key, bytes))
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return false
  }
}

/**
 * Writes a cache aside, seals it, syncs it and renames it. What fails, or is ended in the middle, leaves nothing
 * under its name. Throws `StorageError` where the disk is too small.
 * @param fill is given what writes bytes, in their order
 */
export async function writeCacheFile(
  file: string,
  key: string,
  bytes: number,
  fill: (write: (pixels: Uint8Array) => void) => Promise<void>,
): Promise<void> {
  const folder = makeFolder(dirname(file))
  removeAbandoned(file)
  checkRoom(folder, bytes)
  const aside = `${file}.${process.pid}.unfinished`
  try {
    const descriptor = storing(aside, () => openSync(aside, 'w'))
    try {
      const write = (content: Uint8Array) => storing(aside, () => writeAll(descriptor, content))
      await fill(write)
      write(sealOf(key, bytes))
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(aside, file)
  } catch (error) {
    rmSync(aside, { force: true })
    throw error
  }
  sync(folder)
}

function writeAll(descriptor: number, content: Uint8Array): void {
  for (let done = 0; done < content.length;) done += writeSync(descriptor, content, done)
}

const GB = 1e9

function checkRoom(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  if (bytes < free) return
  throw new StorageError(
    `The cache needs ${(bytes / GB).toFixed(1)} GB, and ${folder} has only ${(free / GB).toFixed(1)} GB left: free some space, or set data.cache to none.`,
  )
}

/** What processes left behind that died while they wrote this cache. */
function removeAbandoned(file: string): void {
  const unfinished = new RegExp(`^${basename(file)}\\.(\\d+)\\.unfinished$`)
  for (const name of readdirSync(dirname(file))) {
    const pid = Number(unfinished.exec(name)?.[1])
    if (pid > 0 && processFacts(pid) === undefined) rmSync(join(dirname(file), name), { force: true })
  }
}

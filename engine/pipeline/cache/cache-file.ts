import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { z } from 'zod'
import { StorageError } from '../../../shared/errors.ts'
import { makeFolder, storing } from '../../../storage/files.ts'
import { processFacts } from '../../../storage/process-facts.ts'
import { sync } from '../../../storage/write-file.ts'

const FORMAT = 2
/** Bytes behind the pixels: a line of JSON, filled up with spaces. */
const SEAL = 256

/** @param crc CRC-32 of all the pixels */
const sealOf = (key: string, bytes: number, crc: number) =>
  Buffer.from(`${JSON.stringify({ format: FORMAT, key, bytes, crc })}\n`.padEnd(SEAL))

/** Of the machine's memory that a cache may take to be read whole before it is used: training will find it in memory. */
const MEMORY_SHARE = 0.5
/** Bytes of one read. */
const BLOCK = 2 ** 23

/** Where a cache is kept. */
export const cacheFileOf = (cacheFolder: string, key: string): string =>
  join(cacheFolder, 'pixels', `${key.slice(0, 32)}.raw`)

/**
 * Whether a file is a whole cache of this key and size: its end is, and where the cache fits into memory, every byte.
 * @param onRead told how many bytes have been read
 */
export async function lookAtCache(
  file: string,
  key: string,
  bytes: number,
  onRead: (bytes: number) => void,
): Promise<'none' | 'damaged' | 'whole'> {
  let handle: FileHandle
  try {
    handle = await open(file)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'none' : 'damaged'
  }
  try {
    if ((await handle.stat()).size !== bytes + SEAL) return 'damaged'
    const { buffer: seal } = await handle.read(Buffer.alloc(SEAL), 0, SEAL, bytes)
    const { format, crc } = read(seal)
    // Of another version of Anneal.
    if (format !== undefined && format !== FORMAT) return 'none'
    if (crc === undefined || !seal.equals(sealOf(key, bytes, crc))) return 'damaged'
    if (bytes > MEMORY_SHARE * totalmem()) return 'whole'
    return (await crcOf(handle, bytes, onRead)) === crc ? 'whole' : 'damaged'
  } finally {
    await handle.close()
  }
}

function read(seal: Buffer): { format?: number; crc?: number } {
  const numbers = z.object({ format: z.number(), crc: z.number().optional() })
  try {
    return numbers.parse(JSON.parse(seal.toString()))
  } catch {
    return {}
  }
}

/** Of its first bytes. */
async function crcOf(handle: FileHandle, bytes: number, onRead: (bytes: number) => void): Promise<number> {
  const block = Buffer.alloc(BLOCK)
  let crc = 0
  for (let done = 0; done < bytes;) {
    const { bytesRead } = await handle.read(block, 0, Math.min(BLOCK, bytes - done), done)
    if (bytesRead === 0) break
    crc = crc32(block.subarray(0, bytesRead), crc)
    onRead((done += bytesRead))
  }
  return crc
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
      let crc = 0
      const write = (content: Uint8Array) => storing(aside, () => writeAll(descriptor, content))
      await fill((pixels) => {
        crc = crc32(pixels, crc)
        write(pixels)
      })
      write(sealOf(key, bytes, crc))
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

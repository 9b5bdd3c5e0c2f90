import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { readRegular } from '../../../storage/regular-file.ts'
import { asStorageError } from '../../../storage/system-error.ts'
import { writeFileWhole } from '../../../storage/write-file.ts'
import type { ExaminedColumns, KeptIndex } from '../image-index/index-file.ts'
import type { FileColumns } from '../image-index/split-index.ts'
import { TextBuilder } from '../image-index/text-column.ts'
import { joined, type DiskPath } from '../readers/disk-path.ts'
import { copyReasons, copyScan, hasManyBits, MODE_BASE, modeFormats, TRANSPARENT, turn } from '../scan/scan-columns.ts'
import { scanImages, type ScanResult } from '../scan/scan-images.ts'
import { copyFolderOf, copyNameOf, copyPathOf } from './copy-name.ts'
import { decodedCopy, usedBitsOf, type DecodedCopy } from './decoded-copy.ts'
import { Decoders } from './decoders.ts'
import { UndecodableImage } from './pixels.ts'

/** The longest file that a copy is made of: it is held in memory, and so is its picture. */
const MOST_BYTES = 256 * 2 ** 20

/** Whether a second look can tell more of an image: it could not be read, or has 16 bits. */
export const wantsSecondLook = (found: ScanResult, row: number): boolean =>
  found.reasons.has(row) || hasManyBits(found.modes[row]!)

/**
 * Looks again at some images: where a copy can stand in for a file that the scan could not read, it is made, and looked
 * at as any other image; of one with 16 bits it finds out how many are used.
 * @param root absolute
 * @param found what the scan told of `files`, whose images are files of their own; it is changed
 * @param rows those that {@link wantsSecondLook}
 * @param folder of the copies
 * @throws StorageError where a copy cannot be written
 */
export async function lookAgain(
  root: string,
  files: Pick<FileColumns, 'paths'>,
  found: ScanResult,
  rows: readonly number[],
  folder: string,
): Promise<void> {
  using decoders = new Decoders()
  const copied: Copied[] = []
  for (const row of rows) {
    const file = bytesOf(joined(root, Buffer.from(files.paths.bytesAt(row))))
    if (file === undefined) continue
    if (!found.reasons.has(row)) found.usedBits[row] = usedBitsOf(await decoders.highestOfPng(file))
    else {
      const copy = await copyOf(decoders, row, file, found)
      if (copy) copied.push(keep(copy, folder))
    }
  }
  await describe(copied, found, folder)
}

/** Nothing of what is no regular file, cannot be read or is too long. */
function bytesOf(path: DiskPath): Buffer | undefined {
  try {
    return readRegular(path, MOST_BYTES, (what) => new UndecodableImage(what))
  } catch {
    // The scan has said why.
    return undefined
  }
}

interface Copied extends Omit<DecodedCopy, 'content'> {
  readonly row: number
  readonly hash: bigint
}

async function copyOf(decoders: Decoders, row: number, file: Buffer, found: ScanResult) {
  try {
    const copy = await decodedCopy(decoders, file)
    return copy && { row, hash: createHash('sha256').update(file).digest().readBigUInt64BE(), ...copy }
  } catch (error) {
    if (!(error instanceof UndecodableImage)) throw error
    found.reasons.set(row, error.message)
    return undefined
  }
}

function keep({ content, ...copied }: Copied & DecodedCopy, folder: string): Copied {
  const path = copyPathOf(folder, copied.hash)
  try {
    mkdirSync(folder, { recursive: true })
    if (!existsSync(path)) writeFileWhole(path, content)
  } catch (error) {
    throw asStorageError(error, `The decoded copy ${path}`)
  }
  return copied
}

/** What the scan tells of the copies is taken for the images. */
async function describe(copied: readonly Copied[], found: ScanResult, folder: string): Promise<void> {
  const names = new TextBuilder()
  for (const { hash } of copied) names.add(copyNameOf(hash))
  const numbers = new Float64Array(copied.length)
  const scan = await scanImages(folder, { paths: names.column(), bytes: numbers, mtimes: numbers })
  copied.forEach(({ row, hash, format, isTransparent, isEnded, orientation, usedBits = 0 }, i) => {
    // A file that no copy has helped keeps its reason.
    if (scan.reasons.has(i)) return
    found.reasons.delete(row)
    copyScan(scan, i, found, row)
    if (orientation !== undefined) turn(found, row, orientation)
    if (format) found.modes[row] = modeFormats[format] * MODE_BASE + (isTransparent ? TRANSPARENT : 0)
    found.hashes[row] = hash
    found.usedBits[row] = usedBits
    found.copies[row] = isEnded ? copyReasons.end : copyReasons.format
  })
}

/** Files with what stands in for some of them, where there is such a one. */
export function withCopies(files: FileColumns, { copies, hashes }: ExaminedColumns, cacheFolder: string): FileColumns {
  if (!copies.some(Boolean)) return files
  const names = hashes.map((hash, row) => (copies[row] ? hash : 0n))
  return { ...files, copies: { folder: copyFolderOf(cacheFolder), names } }
}

/** What is known, less the images whose copies are gone: they are to be looked at anew. */
export function withoutLostCopies(kept: KeptIndex, cacheFolder: string): KeptIndex {
  const { copies, hashes, bytes } = kept.examined
  if (!copies.some(Boolean)) return kept
  const folder = copyFolderOf(cacheFolder)
  const there = new Set(existsSync(folder) ? readdirSync(folder) : [])
  const isLost = (row: number) => copies[row] !== copyReasons.none && !there.has(copyNameOf(hashes[row]!))
  if (!copies.some((_, row) => isLost(row))) return kept
  // A file has never this size: what is remembered of it does not count.
  return { examined: { ...kept.examined, bytes: bytes.map((size, row) => (isLost(row) ? NaN : size)) } }
}

import { lookAgain, wantsSecondLook } from '../copies/copy-folder.ts'
import { copyFolderOf } from '../copies/copy-name.ts'
import type { ExaminedColumns } from '../image-index/index-file.ts'
import { emptyFile, largeFile, missingFile } from './reason.ts'
import { copyScan, emptyScan } from './scan-columns.ts'
import { emptyResult, scanImages, type OnProgress, type ScanResult } from './scan-images.ts'
import { pick, selectFiles, type FileColumns } from '../image-index/split-index.ts'
import { isSame, TextTable } from '../image-index/text-column.ts'

/** A file of more than this would be read into memory whole; no image that is small enough is that large. */
const maxBytes = 1e9

/** Images that are opened by one graph: what they need in memory is bounded. */
const CHUNK = 20_000

/** Images that are looked at again before a stop is heard. */
const AGAIN = 64

/** What is known is kept at least every so many milliseconds while images are opened. */
const SAVE_EVERY = 30_000

export interface ExamineOptions {
  /** Where copies of what TensorFlow does not decode are kept. */
  readonly cacheFolder: string
  readonly onProgress?: OnProgress
  /** Keeps what is known of the images that have been opened, now and then, and when it is stopped. */
  readonly save: (known: ExaminedColumns) => void
}

export interface Examined {
  /** A row an image, in their order. */
  readonly examined: ExaminedColumns
  /** Whether it is what was remembered. */
  readonly isSame: boolean
}

/** What is in every image: as remembered where the size and time of its file have not changed, else by decoding it. */
export async function examine(
  root: string,
  files: FileColumns,
  remembered: ExaminedColumns | undefined,
  { cacheFolder, onProgress = () => {}, save }: ExamineOptions,
): Promise<Examined> {
  // The usual case, and a million images are looked up at once.
  if (remembered && isUnchanged(files, remembered))
    return { examined: { ...remembered, paths: files.paths }, isSame: true }
  const work = new Examination(root, files, remembered, copyFolderOf(cacheFolder))
  try {
    let saved = Date.now()
    while (work.unknown.length > 0) {
      await work.openSome(onProgress)
      if (work.unknown.length > 0 && Date.now() - saved > SAVE_EVERY) {
        save(work.known())
        saved = Date.now()
      }
    }
  } catch (error) {
    save(work.known())
    throw error
  }
  return { examined: work.examined, isSame: false }
}

function isUnchanged({ paths, bytes, mtimes, records }: FileColumns, remembered: ExaminedColumns): boolean {
  if (remembered.paths.length !== paths.length) return false
  for (let row = 0; row < paths.length; row++) {
    if (
      bytes[row] !== remembered.bytes[row] ||
      mtimes[row] !== remembered.mtimes[row] ||
      (records?.offsets[row] ?? 0) !== remembered.offsets[row]
    )
      return false
  }
  return isSame(paths, remembered.paths)
}

class Examination {
  readonly examined: ExaminedColumns
  /** Rows that have not been opened yet. */
  unknown: Int32Array
  readonly #opened: Uint8Array
  readonly #toOpen: number

  constructor(
    private readonly root: string,
    private readonly files: FileColumns,
    remembered: ExaminedColumns | undefined,
    private readonly copyFolder: string,
  ) {
    const { paths, bytes, mtimes, records } = files
    this.examined = {
      ...emptyScan(paths.length),
      paths,
      bytes,
      mtimes,
      offsets: records?.offsets ?? new Float64Array(paths.length),
      reasons: new Map(),
    }
    this.#opened = new Uint8Array(paths.length)
    this.unknown = remembered ? this.#recall(remembered) : new Int32Array(paths.length).map((_, row) => row)
    this.unknown = this.unknown.filter((row) => !this.#refuse(row))
    this.#toOpen = this.unknown.length
  }

  async openSome(onProgress: OnProgress): Promise<void> {
    const rows = this.unknown.slice(0, CHUNK)
    const before = this.#toOpen - this.unknown.length
    const found = emptyResult(rows.length)
    const files = selectFiles(this.files, rows)
    const looked = new Set<number>()
    // An image within another file has no copy.
    const wantsMore = (i: number) => !files.records && !files.pixels && !looked.has(i) && wantsSecondLook(found, i)
    try {
      await scanImages(this.root, files, (done) => onProgress(before + done, this.#toOpen), found)
      const again = [...rows.keys()].filter(wantsMore)
      for (let first = 0; first < again.length; first += AGAIN) {
        const some = again.slice(first, first + AGAIN)
        await lookAgain(this.root, files, found, some, this.copyFolder)
        for (const i of some) looked.add(i)
        onProgress(before + rows.length, this.#toOpen)
      }
    } finally {
      // Where it is stopped, those that want a second look are opened anew.
      rows.forEach((row, i) => {
        if (!wantsMore(i)) this.#keep(row, found, i)
      })
      this.unknown = this.unknown.filter((row) => !this.#opened[row])
    }
  }

  #keep(row: number, found: ScanResult, i: number): void {
    const reason = found.reasons.get(i)
    if (reason === undefined && found.kinds[i] === 0) return
    copyScan(found, i, this.examined, row)
    if (reason !== undefined) this.examined.reasons.set(row, reason)
    this.#opened[row] = 1
  }

  /** The rows that have been opened, now or before. */
  known(): ExaminedColumns {
    if (this.unknown.length === 0) return this.examined
    const { examined } = this
    const rows = this.examined.kinds.map((_, row) => row).filter((row) => this.#opened[row])
    const { paths, bytes, mtimes } = selectFiles(this.files, rows)
    const known: ExaminedColumns = {
      ...emptyScan(rows.length),
      paths,
      bytes,
      mtimes,
      offsets: pick(examined.offsets, rows),
      reasons: new Map(),
    }
    rows.forEach((row, i) => {
      copyScan(examined, row, known, i)
      const reason = examined.reasons.get(row)
      if (reason !== undefined) known.reasons.set(i, reason)
    })
    return known
  }

  /** Fills in what is remembered of files that have not changed; gives the rows of the others. */
  #recall(remembered: ExaminedColumns): Int32Array {
    const { paths, bytes, mtimes, offsets, reasons } = this.examined
    const table = new TextTable(remembered.paths, remembered.offsets)
    return new Int32Array(paths.length)
      .map((_, row) => row)
      .filter((row) => {
        const old = table.rowOf(paths.bytesAt(row), offsets[row]!)
        if (old === undefined || remembered.bytes[old] !== bytes[row] || remembered.mtimes[old] !== mtimes[row])
          return true
        copyScan(remembered, old, this.examined, row)
        const reason = remembered.reasons.get(old)
        if (reason !== undefined) reasons.set(row, reason)
        this.#opened[row] = 1
        return false
      })
  }

  #refuse(row: number): boolean {
    const reason = sizeReason(this.files.records ? this.files.records.lengths[row]! : this.files.bytes[row]!)
    if (reason === undefined) return false
    this.examined.reasons.set(row, reason)
    this.#opened[row] = 1
    return true
  }
}

function sizeReason(bytes: number): string | undefined {
  if (bytes < 0) return missingFile
  if (bytes === 0) return emptyFile
  return bytes > maxBytes ? largeFile : undefined
}

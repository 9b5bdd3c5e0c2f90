import type { HoldOut, UnreadableImage } from '../../../shared/contract/trainer.ts'
import { DatasetError } from '../../../shared/errors.ts'
import type { Split } from '../../../shared/recipe/split.ts'
import { hashOf } from '../image-index/byte-hash.ts'
import type { FileColumns } from '../image-index/split-index.ts'
import { TextBuilder } from '../image-index/text-column.ts'

/** What a dataset consists of, before any image has been decoded. */
export interface Listing {
  /** What paths are relative to, absolute. */
  readonly root: string
  /** The position is the label. */
  readonly classes: readonly string[]
  /** What a split is called in the dataset. */
  readonly names: Readonly<Record<Split, string>>
  /** All samples. Where the dataset has splits of its own, those of train come first. */
  readonly files: FileColumns
  /** How many samples train has; absent where a share is to be held out. */
  readonly trained?: number
  /** Parts that are not even samples: a record that is cut, a line without a label. */
  readonly unreadable?: Readonly<Record<Split, readonly UnreadableImage[]>>
  /** What has to be unchanged for the listing to hold; absent where it has to be made anew each time. */
  readonly sources?: readonly Source[]
}

/** A listing, with the name of the kind that it was recognised as. */
export interface ListedDataset extends Listing {
  readonly kind: string
}

/** A file or folder, absolute, and its last change: milliseconds of Unix time. */
export type Source = readonly [path: string, mtime: number]

export interface ReaderOptions {
  /** Where what is costly to find out is kept. */
  readonly cacheFolder: string
  /** Samples found so far. An error that it throws ends the work. */
  readonly onListed: (count: number) => void
}

/** The samples of each split, in their order in the listing. */
export function splitRows(
  { files, classes, trained }: Pick<Listing, 'files' | 'classes' | 'trained'>,
  options: HoldOut,
): Record<Split, Int32Array> {
  const count = files.paths.length
  const range = (first: number, end: number) => Int32Array.from({ length: end - first }, (_, i) => first + i)
  if (trained !== undefined) return { train: range(0, trained), val: range(trained, count) }
  const held = heldOut(files, classes.length, options)
  const all = range(0, count)
  return { train: all.filter((row) => !held[row]), val: all.filter((row) => held[row]) }
}

/**
 * Holds a share of each class out, and at least one sample where it has two: 1 for each of them. A sample's place is decided by the hash of its seed and name
 * alone, so that samples which are added later move few of the others.
 */
function heldOut(files: FileColumns, classes: number, { validationShare, splitSeed }: HoldOut): Uint8Array {
  const keys = keysOf(files, splitSeed)
  const held = new Uint8Array(keys.length)
  for (const members of rowsByClass(files.labels, classes)) {
    members.sort((a, b) => keys[a]! - keys[b]!)
    const count = members.length < 2 ? 0 : Math.max(1, Math.round(members.length * validationShare))
    for (const row of members.subarray(0, count)) held[row] = 1
  }
  return held
}

/** 53 bits of hash a sample. */
function keysOf({ paths, records }: FileColumns, seed: number): Float64Array {
  const keys = new Float64Array(paths.length)
  const words = new Uint32Array(3)
  const bytes = new Uint8Array(words.buffer)
  for (let row = 0; row < keys.length; row++) {
    const offset = records?.offsets[row] ?? 0
    words[0] = hashOf(paths.bytesAt(row), seed >>> 0)
    words[1] = offset
    words[2] = offset / 2 ** 32
    keys[row] = hashOf(bytes, seed >>> 0) * 2 ** 21 + (hashOf(bytes, words[0]) >>> 11)
  }
  return keys
}

function rowsByClass(labels: Int32Array, classes: number): Int32Array[] {
  const counts = new Int32Array(classes)
  for (const label of labels) counts[label]! += 1
  const members = Array.from(counts, (count) => new Int32Array(count))
  counts.fill(0)
  labels.forEach((label, row) => (members[label]![counts[label]!++] = row))
  return members
}

/** For where a class may be missing since its samples were left out. */
export const leftOut = ([first]: readonly UnreadableImage[]): string =>
  first ? ` (where some are left out, first ${first.file}: ${first.reason})` : ''

/** Throws `DatasetError` for a class that has no sample in a split. */
export function checkClasses(where: string, classes: readonly string[], labels: Int32Array, kind = 'images'): void {
  const used = new Set(labels)
  const empty = classes.find((_, label) => !used.has(label))
  if (empty !== undefined)
    throw new DatasetError(
      `The class "${empty}" has no ${kind} in ${where}: add some, or remove the class from train and val.`,
    )
}

/** Columns that grow. */
export class Collector {
  readonly #paths = new TextBuilder()
  readonly #labels: number[] = []
  readonly #bytes: number[] = []
  readonly #mtimes: number[] = []

  get length(): number {
    return this.#labels.length
  }

  add(path: string, label: number, bytes: number, mtime: number): void {
    this.#paths.add(path)
    this.#labels.push(label)
    this.#bytes.push(bytes)
    this.#mtimes.push(mtime)
  }

  columns(): FileColumns {
    return {
      paths: this.#paths.column(),
      labels: Int32Array.from(this.#labels),
      bytes: Float64Array.from(this.#bytes),
      mtimes: Float64Array.from(this.#mtimes),
    }
  }
}

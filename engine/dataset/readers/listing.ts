import type { HoldOut, LeftOut, PassedOver, UnreadableImage } from '../../../shared/contract/trainer.ts'
import type { Split } from '../../../shared/recipe/split.ts'
import type { RecordKeys } from '../../../shared/run-folder/record-keys.ts'
import { hashOf } from '../image-index/byte-hash.ts'
import type { FileColumns } from '../image-index/split-index.ts'
import { TextBuilder } from '../image-index/text-column.ts'
import type { DiskPath } from './disk-path.ts'

/** What a dataset consists of, before any image has been decoded. */
export interface Listing {
  /** What paths are relative to, absolute. */
  readonly root: string
  /** The position is the label. Each has a sample. */
  readonly classes: readonly string[]
  /** Where the samples of a split are: its folder, file or pattern of files. */
  readonly names: Readonly<Partial<Record<Split, string>>>
  /** All samples. Where the dataset has splits of its own, those of train come first, then those of val and test. */
  readonly files: FileColumns
  /** How many samples each split has; absent where a share is to be held out. */
  readonly counts?: Readonly<Record<Split, number>>
  /** Parts that are not even samples: a record that is cut, a line without a label. */
  readonly unreadable?: Readonly<Record<Split, readonly UnreadableImage[]>>
  /** Folders and files that could have been part of it. */
  readonly leftOut?: readonly LeftOut[]
  /** Files within its folders that are no samples. */
  readonly passedOver?: readonly PassedOver[]
  /** What was decided where it could have been otherwise: a sentence each. */
  readonly notes?: readonly string[]
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
  /** How the records of TFRecord files are read. */
  readonly records?: RecordKeys | undefined
  /** Samples found so far. An error that it throws ends the work. */
  readonly onListed: (count: number) => void
}

/** What a listing says of its splits. */
type SplitFacts = Pick<Listing, 'names' | 'counts' | 'notes'>

/** The splits of a dataset that has so many samples of each, one after the other: where there is no val, test serves as it; with train alone a share is to be held out. */
export function splitsOf(
  counts: Readonly<Record<Split, number>>,
  names: Readonly<Partial<Record<Split, string>>>,
): SplitFacts {
  if (counts.val > 0) return { names, counts }
  if (counts.test === 0) return { names }
  const { train, test } = names
  return {
    names: { ...(train !== undefined && { train }), ...(test !== undefined && { val: test }) },
    counts: { train: counts.train, val: counts.test, test: 0 },
    notes: [`There is no validation split, so ${test ?? 'test'} serves as one.`],
  }
}

/** The samples of each split, in their order in the listing; those of no class are left out. */
export function splitRows(
  { files, classes, counts }: Pick<Listing, 'files' | 'classes' | 'counts'>,
  options: HoldOut,
): Record<Split, Int32Array> {
  const count = files.paths.length
  const range = (first: number, end: number) =>
    Int32Array.from({ length: end - first }, (_, i) => first + i).filter((row) => files.labels[row]! >= 0)
  if (options.folds) {
    const trained = counts?.train ?? count
    const held = foldOf(files, classes.length, trained, options)
    const all = range(0, trained)
    const test = counts ? range(trained + counts.val, count) : range(0, 0)
    return { train: all.filter((row) => !held[row]), val: all.filter((row) => held[row]), test }
  }
  if (counts) {
    const trained = counts.train
    const validated = trained + counts.val
    return { train: range(0, trained), val: range(trained, validated), test: range(validated, count) }
  }
  const held = heldOut(files, classes.length, options)
  const all = range(0, count)
  return { train: all.filter((row) => !held[row]), val: all.filter((row) => held[row]), test: range(0, 0) }
}

/**
 * Holds a share of each class out, and at least one sample where it has two: 1 for each of them; a share of 0 holds none out. A sample's place is decided by the hash of its seed and name
 * alone, so that samples which are added later move few of the others.
 */
function heldOut(files: FileColumns, classes: number, { validationShare, splitSeed }: HoldOut): Uint8Array {
  const keys = keysOf(files, splitSeed)
  const held = new Uint8Array(keys.length)
  for (const members of rowsByClass(files.labels, classes)) {
    members.sort((a, b) => keys[a]! - keys[b]!)
    const count =
      members.length < 2 || validationShare === 0 ? 0 : Math.max(1, Math.round(members.length * validationShare))
    for (const row of members.subarray(0, count)) held[row] = 1
  }
  return held
}

/** 1 for each of the first samples, those of train, that is in a fold: every one is in just one of them. */
function foldOf(files: FileColumns, classes: number, trained: number, options: HoldOut): Uint8Array {
  const { splitSeed, folds = 0, fold = 0 } = options
  const keys = keysOf(files, splitSeed)
  const held = new Uint8Array(keys.length)
  for (const members of rowsByClass(files.labels.subarray(0, trained), classes)) {
    members.sort((a, b) => keys[a]! - keys[b]!)
    const end = (part: number) => Math.round((members.length * part) / folds)
    for (const row of members.subarray(end(fold), end(fold + 1))) held[row] = 1
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
  for (const label of labels) if (label >= 0) counts[label]! += 1
  const members = Array.from(counts, (count) => new Int32Array(count))
  counts.fill(0)
  labels.forEach((label, row) => {
    if (label >= 0) members[label]![counts[label]!++] = row
  })
  return members
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

  add(path: DiskPath, label: number, bytes: number, mtime: number): void {
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

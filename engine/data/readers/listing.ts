import { createHash } from 'node:crypto'
import type { UnreadableImage } from '../../../shared/contract/trainer.ts'
import { DatasetError } from '../../../shared/errors.ts'
import type { Split } from '../../../shared/run.ts'
import { selectFiles, type DatasetKind, type FileColumns } from '../split-index.ts'

/** What a dataset consists of, before any image has been decoded. */
export interface Listing {
  readonly kind: DatasetKind
  /** What paths are relative to, absolute. */
  readonly root: string
  /** The position is the label. */
  readonly classes: readonly string[]
  /** What a split is called in the dataset. */
  readonly names: Readonly<Record<Split, string>>
  readonly splits: Readonly<Record<Split, FileColumns>>
  /** Parts that are not even samples: a record that is cut, a line without a label. */
  readonly unreadable?: Readonly<Record<Split, readonly UnreadableImage[]>>
}

/** How a dataset without splits of its own is split. */
export interface HoldOut {
  /** Of each class, at least one image where it has two. */
  readonly validationShare: number
  readonly splitSeed: number
}

export interface ReaderOptions extends HoldOut {
  /** Where what is costly to find out is kept. */
  readonly cacheFolder: string
  /** Samples found so far. An error that it throws ends the work. */
  readonly onListed: (count: number) => void
}

/**
 * Splits samples by class. A sample's place is decided by the hash of its seed and name alone, so that samples
 * which are added later move few of the others.
 */
export function holdOut(all: FileColumns, classes: number, { validationShare, splitSeed }: HoldOut): Record<Split, FileColumns> {
  const byClass = Array.from({ length: classes }, (): { row: number; key: bigint }[] => [])
  all.paths.forEach((path, row) => {
    const name = all.records ? `${path}\0${all.records.offsets[row]}` : path
    const key = createHash('md5').update(`${splitSeed}\0${name}`).digest().readBigUInt64LE()
    byClass[all.labels[row]!]!.push({ row, key })
  })
  const held = new Set<number>()
  for (const members of byClass) {
    members.sort((a, b) => (a.key < b.key ? -1 : 1))
    const count = members.length < 2 ? 0 : Math.max(1, Math.round(members.length * validationShare))
    for (const { row } of members.slice(0, count)) held.add(row)
  }
  const rows = Array.from(all.paths, (_, row) => row)
  return { train: selectFiles(all, rows.filter((row) => !held.has(row))), val: selectFiles(all, rows.filter((row) => held.has(row))) }
}

/** Throws `DatasetError` for a class that has no sample in a split. */
export function checkClasses(where: string, classes: readonly string[], labels: Int32Array, kind = 'images'): void {
  const used = new Set(labels)
  const empty = classes.find((_, label) => !used.has(label))
  if (empty !== undefined) throw new DatasetError(`The class "${empty}" has no ${kind} in ${where}: add some, or remove the class from train and val.`)
}

/** Columns that grow. */
export class Collector {
  readonly #paths: string[] = []
  readonly #labels: number[] = []
  readonly #bytes: number[] = []
  readonly #mtimes: number[] = []

  get length(): number {
    return this.#paths.length
  }

  add(path: string, label: number, bytes: number, mtime: number): void {
    this.#paths.push(path)
    this.#labels.push(label)
    this.#bytes.push(bytes)
    this.#mtimes.push(mtime)
  }

  columns(): FileColumns {
    return { paths: this.#paths, labels: Int32Array.from(this.#labels), bytes: Float64Array.from(this.#bytes), mtimes: Float64Array.from(this.#mtimes) }
  }
}

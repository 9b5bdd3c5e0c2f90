import type { UnreadableImage } from '../../shared/contract/trainer.ts'
import type { Split } from '../../shared/run.ts'

/** The files of a split as columns: entry i of each belongs to the same file. A million of them stay small. */
export interface FileColumns {
  /** Relative to the dataset's folder, `/` between the parts. */
  readonly paths: readonly string[]
  /** Indices into the classes. */
  readonly labels: Int32Array
  /** Size on disk; -1 where the file could not be asked. */
  readonly bytes: Float64Array
  /** Last change, milliseconds of Unix time. */
  readonly mtimes: Float64Array
}

/** What decoding an image once has told of it, as columns beside {@link FileColumns}. */
export interface ImageColumns {
  /** Pixels. */
  readonly heights: Int32Array
  readonly widths: Int32Array
  /** {@link ImageKind}; 0 for an image that cannot be read. */
  readonly kinds: Int32Array
}

/** The readable images of a split. The position in it is an image's sample index. */
export interface SplitIndex extends FileColumns, ImageColumns {
  readonly split: Split
  readonly count: number
}

export interface DatasetIndex {
  /** Absolute. */
  readonly root: string
  /** In code unit order; the position is the label. */
  readonly classes: readonly string[]
  readonly splits: Readonly<Record<Split, SplitIndex>>
  readonly unreadable: readonly UnreadableImage[]
}

import type { UnreadableImage } from '../../shared/contract/trainer.ts'
import type { Split } from '../../shared/run.ts'

/** How a dataset is laid out. */
export type DatasetKind = 'image-folder' | 'tfrecord' | 'cifar' | 'idx' | 'manifest'

/** The samples of a split as columns: entry i of each belongs to the same sample. A million of them stay small. */
export interface FileColumns {
  /** The file that holds the sample: relative to the dataset's folder, `/` between the parts. Raw images have a name of their own. */
  readonly paths: readonly string[]
  /** Indices into the classes. */
  readonly labels: Int32Array
  /** Size of the file on disk; -1 where it could not be asked. */
  readonly bytes: Float64Array
  /** Last change of the file, milliseconds of Unix time. */
  readonly mtimes: Float64Array
  /** Where the files are TFRecords. */
  readonly records?: RecordColumns
  /** Where the samples are pixels that need no decoding. */
  readonly pixels?: RawImages
}

/** Where encoded images lie in TFRecord files. */
export interface RecordColumns {
  /** First byte of the record in its file. */
  readonly offsets: Float64Array
  /** First byte of the image in the record's data. */
  readonly starts: Int32Array
  /** Bytes of the image. */
  readonly lengths: Int32Array
}

/** Images of one size, in memory. */
export interface RawImages {
  /** One image after the other. */
  readonly bytes: Uint8Array
  readonly height: number
  readonly width: number
  readonly channels: 1 | 3
  /** `pixels`: the channels of a pixel follow each other; `planes`: each channel by itself. */
  readonly layout: 'pixels' | 'planes'
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
  readonly kind: DatasetKind
  /** The folder that paths are relative to, absolute. */
  readonly root: string
  /** The position is the label; those of an image folder are in code unit order. */
  readonly classes: readonly string[]
  readonly splits: Readonly<Record<Split, SplitIndex>>
  readonly unreadable: readonly UnreadableImage[]
}

/** Some samples, in the order of their rows. */
export function selectRows(split: SplitIndex, rows: readonly number[]): SplitIndex {
  const integers = (column: Int32Array) => Int32Array.from(rows, (row) => column[row]!)
  return {
    ...selectFiles(split, rows),
    split: split.split,
    count: rows.length,
    heights: integers(split.heights),
    widths: integers(split.widths),
    kinds: integers(split.kinds),
  }
}

/** Some samples of columns, in the order of their rows. */
export function selectFiles({ paths, labels, bytes, mtimes, records, pixels }: FileColumns, rows: readonly number[]): FileColumns {
  const integers = (column: Int32Array) => Int32Array.from(rows, (row) => column[row]!)
  const floats = (column: Float64Array) => Float64Array.from(rows, (row) => column[row]!)
  return {
    paths: rows.map((row) => paths[row]!),
    labels: integers(labels),
    bytes: floats(bytes),
    mtimes: floats(mtimes),
    ...(records && { records: { offsets: floats(records.offsets), starts: integers(records.starts), lengths: integers(records.lengths) } }),
    ...(pixels && { pixels: selectImages(pixels, rows) }),
  }
}

function selectImages(images: RawImages, rows: readonly number[]): RawImages {
  const size = bytesOf(images)
  const bytes = new Uint8Array(rows.length * size)
  rows.forEach((row, i) => bytes.set(images.bytes.subarray(row * size, (row + 1) * size), i * size))
  return { ...images, bytes }
}

/** Bytes of one image. */
export const bytesOf = ({ height, width, channels }: RawImages): number => height * width * channels

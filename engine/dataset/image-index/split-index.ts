import type { UnreadableImage } from '../../../shared/contract/trainer.ts'
import { UsageError } from '../../../shared/errors.ts'
import type { Split } from '../../../shared/recipe/split.ts'
import { TURNED } from '../image-kind.ts'
import type { TextColumn } from './text-column.ts'

/** The samples of a split as columns: entry i of each belongs to the same sample. A million of them stay small. */
export interface FileColumns {
  /** The file that holds the sample: relative to the dataset's folder, `/` between the parts. Raw images have a name of their own. */
  readonly paths: TextColumn
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
  /** Where some files are decoded by way of a copy. */
  readonly copies?: CopyColumn
}

/** What is decoded in place of some files. */
export interface CopyColumn {
  /** That of the copies, absolute. */
  readonly folder: string
  /** The hash that names an image's copy, see `copyNameOf`; 0 where the file itself is decoded. */
  readonly names: BigUint64Array
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
  /** Pixels, of the picture as it is seen. */
  readonly heights: Int32Array
  readonly widths: Int32Array
  /** How the pixels are made: see `decodingOf`; 0 for an image that cannot be read. */
  readonly kinds: Int32Array
}

/** The readable images of a split. The position in it is an image's sample index. */
export interface SplitIndex extends FileColumns, ImageColumns {
  readonly split: Split
  readonly count: number
}

/** The images of a split, and where their files lie. */
export interface SplitImages {
  /** The folder that paths are relative to, absolute. */
  readonly root: string
  readonly split: SplitIndex
}

/** Those of a dataset's split. */
export const imagesIn = ({ root, splits }: DatasetIndex, split: Split): SplitImages => ({ root, split: splits[split] })

export interface DatasetIndex {
  /** How it is laid out: a name in the list of kinds. */
  readonly kind: string
  /** The folder that paths are relative to, absolute. */
  readonly root: string
  /** The position is the label; those of an image folder are in code unit order. */
  readonly classes: readonly string[]
  readonly splits: Readonly<Record<Split, SplitIndex>>
  readonly unreadable: readonly UnreadableImage[]
  /** What is to be known before training on it: a sentence each. */
  readonly warnings: readonly string[]
}

/** How many images of a split are turned upright when they are decoded. */
export const turnedIn = ({ kinds }: Pick<SplitIndex, 'kinds'>): number =>
  kinds.reduce((sum, decoding) => sum + Number(decoding >= TURNED), 0)

/** Row numbers of samples. */
export type Rows = readonly number[] | Int32Array

/** Throws `UsageError` for a sample that does not exist. */
export function checkSamples({ split, count, labels }: SplitIndex, samples: readonly number[]): void {
  const missing = samples.find((sample) => labels[sample] === undefined)
  if (missing !== undefined)
    throw new UsageError(`There is no sample ${missing} in ${split}: choose one from 0 to ${count - 1}.`)
}

/** Some samples, in the order of their rows. */
export function selectRows(split: SplitIndex, rows: Rows): SplitIndex {
  return {
    ...selectFiles(split, rows),
    split: split.split,
    count: rows.length,
    heights: pick(split.heights, rows),
    widths: pick(split.widths, rows),
    kinds: pick(split.kinds, rows),
  }
}

/** Some samples of columns, in the order of their rows. */
export function selectFiles(files: FileColumns, rows: Rows): FileColumns {
  const { paths, labels, bytes, mtimes, records, pixels, copies } = files
  return {
    paths: paths.select(rows),
    labels: pick(labels, rows),
    bytes: pick(bytes, rows),
    mtimes: pick(mtimes, rows),
    ...(records && {
      records: {
        offsets: pick(records.offsets, rows),
        starts: pick(records.starts, rows),
        lengths: pick(records.lengths, rows),
      },
    }),
    ...(copies && { copies: { ...copies, names: pick(copies.names, rows) } }),
    ...(pixels && { pixels: { ...pixels, bytes: pick(pixels.bytes, rows, bytesOf(pixels)) } }),
  }
}

/**
 * Some rows of a column; where one follows the other, a part of the column itself: not a copy.
 * @param width elements a row
 */
export function pick<A extends Float64Array | Int32Array | Uint8Array | BigUint64Array>(
  column: A,
  rows: Rows,
  width = 1,
): A {
  const first = rows[0] ?? 0
  if (rows.every((row: number, i: number) => row === first + i))
    return column.subarray(width * first, width * (first + rows.length)) as A
  const picked = new (column.constructor as new (length: number) => A)(width * rows.length)
  if (width === 1) for (let i = 0; i < rows.length; i++) picked[i] = column[rows[i]!]!
  else
    for (let i = 0; i < rows.length; i++)
      picked.set(column.subarray(width * rows[i]!, width * (rows[i]! + 1)) as never, width * i)
  return picked
}

/** Bytes of one image. */
export const bytesOf = ({ height, width, channels }: Omit<RawImages, 'bytes'>): number => height * width * channels

import { resolve } from 'node:path'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import type { Split } from '../../shared/run.ts'
import { examine } from './examine.ts'
import { imageKinds } from './image-kind.ts'
import { indexFileOf, readIndexFile, writeIndexFile, type ExaminedColumns } from './index-file.ts'
import { checkClasses, type Listing } from './readers/listing.ts'
import { readDataset } from './readers/read-dataset.ts'
import { emptyScan } from './scan/scan-columns.ts'
import { scanImages, type OnProgress } from './scan/scan-images.ts'
import { checkShare, selectReadable, type Selected } from './select-readable.ts'
import type { DatasetIndex, FileColumns } from './split-index.ts'

/** How a dataset without splits of its own is split, where no recipe says it. */
const defaultSplit: SplitOptions = parseRecipe({}).data
export type SplitOptions = Pick<Recipe['data'], 'validationShare' | 'splitSeed'>

/** A dataset with all that is known of its images. */
export interface OpenedDataset {
  readonly index: DatasetIndex
  readonly examined: ExaminedColumns
  /** The rows of the readable images of a split in `examined`. */
  readonly rows: Readonly<Record<Split, Int32Array>>
}

/**
 * Lists a dataset and makes sure that every image of it can be read. An image is decoded once: what was found
 * is kept in `cacheFolder/indexes` until its file's size or time changes; also when this is stopped half-way.
 * Labels follow the names of the classes as they are now: a changed set of classes gives a new numbering, and
 * costs no decoding.
 * @param onProgress called with the images listed so far and 0, then with those decoded so far and those to decode
 * @throws DatasetError for a layout that is not known, a class without readable images, or a split of which more
 * than 5 % cannot be read; StorageError where the index cannot be kept
 */
export async function openIndex(root: string, cacheFolder: string, onProgress?: OnProgress, split?: SplitOptions): Promise<DatasetIndex> {
  return (await openDataset(root, cacheFolder, { onProgress, split })).index
}

export interface OpenOptions {
  readonly onProgress?: OnProgress
  readonly split?: SplitOptions
  /** Raw images need no look to be used, only to be described. */
  readonly describeRaw?: boolean
}

/** {@link openIndex}, with what was found out on the way. */
export async function openDataset(root: string, cacheFolder: string, { onProgress, split = defaultSplit, describeRaw = false }: OpenOptions = {}): Promise<OpenedDataset> {
  const path = resolve(root)
  const { validationShare, splitSeed } = split
  const listing = await readDataset(path, { cacheFolder, validationShare, splitSeed, onListed: (count) => onProgress?.(count, 0) })
  const files = joined(listing.splits.train, listing.splits.val)
  const file = indexFileOf(cacheFolder, path)
  const examined = files.pixels
    ? await examineRaw(listing.root, files, describeRaw, onProgress)
    : await examine(listing.root, files, readIndexFile(file), { onProgress, save: (known) => writeIndexFile(file, known) })
  const train = selectReadable('train', listing.splits.train, examined, 0)
  const val = selectReadable('val', listing.splits.val, examined, listing.splits.train.paths.length)
  const selected = { train: withOthers(train, listing), val: withOthers(val, listing) }
  for (const one of Object.values(selected)) {
    checkShare(listing.root, one)
    checkClasses(`${listing.root}/${listing.names[one.index.split]}`, listing.classes, one.index.labels, 'readable images')
  }
  const { kind, classes } = listing
  const index: DatasetIndex = { kind, root: listing.root, classes, splits: { train: train.index, val: val.index }, unreadable: [...selected.train.unreadable, ...selected.val.unreadable] }
  return { index, examined, rows: { train: train.rows, val: val.rows } }
}

/** Adds what the reader could not make a sample of. */
const withOthers = (selected: Selected, { unreadable }: Listing): Selected => ({
  ...selected,
  unreadable: [...(unreadable?.[selected.index.split] ?? []), ...selected.unreadable],
})

async function examineRaw(root: string, files: FileColumns, describe: boolean, onProgress?: OnProgress): Promise<ExaminedColumns> {
  const count = files.paths.length
  const { height, width } = files.pixels!
  const known = { ...emptyScan(count), heights: new Int32Array(count).fill(height), widths: new Int32Array(count).fill(width), kinds: new Int32Array(count).fill(imageKinds.raw), reasons: new Map<number, string>() }
  const { paths, bytes, mtimes } = files
  return { ...(describe ? await scanImages(root, files, onProgress) : known), paths, bytes, mtimes, offsets: new Float64Array(count) }
}

/** The columns of both splits, one after the other. */
function joined(a: FileColumns, b: FileColumns): FileColumns {
  return {
    paths: a.paths.concat(b.paths),
    labels: together(Int32Array, a.labels, b.labels),
    bytes: together(Float64Array, a.bytes, b.bytes),
    mtimes: together(Float64Array, a.mtimes, b.mtimes),
    ...(a.records && b.records && {
      records: {
        offsets: together(Float64Array, a.records.offsets, b.records.offsets),
        starts: together(Int32Array, a.records.starts, b.records.starts),
        lengths: together(Int32Array, a.records.lengths, b.records.lengths),
      },
    }),
    ...(a.pixels && b.pixels && { pixels: { ...a.pixels, bytes: together(Uint8Array, a.pixels.bytes, b.pixels.bytes) } }),
  }
}

function together<A extends Float64Array | Int32Array | Uint8Array>(type: new (length: number) => A, a: A, b: A): A {
  const both = new type(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

import { resolve } from 'node:path'
import type { DatasetListing, DatasetPlace, HoldOut } from '../../../shared/contract/trainer.ts'
import { DatasetError } from '../../../shared/errors.ts'
import { parseRecipe } from '../../../shared/recipe/validate.ts'
import type { Split } from '../../../shared/recipe/split.ts'
import type { Corrections } from '../../../shared/run-folder/corrections.ts'
import type { RecordKeys } from '../../../shared/run-folder/record-keys.ts'
import { pictureWarnings } from '../check/picture-warnings.ts'
import { withCopies, withoutLostCopies } from '../copies/copy-folder.ts'
import { examine } from '../scan/examine.ts'
import { imageKinds } from '../image-kind.ts'
import { correctLabels } from './correct.ts'
import { indexFileOf, readIndexFile, writeIndexFile, type ExaminedColumns, type KeptIndex } from './index-file.ts'
import { countByClass, trainable } from '../readers/class-lists.ts'
import { describeListing } from '../readers/describe-listing.ts'
import { splitRows, type ListedDataset } from '../readers/listing.ts'
import { lostWarnings } from '../readers/lost-images.ts'
import { readDataset, recognise } from '../readers/read-dataset.ts'
import { areUnchanged } from '../readers/sources.ts'
import { emptyScan } from '../scan/scan-columns.ts'
import type { OnProgress } from '../scan/scan-images.ts'
import { selectReadable, shareProblem, type Selected } from './select-readable.ts'
import type { DatasetIndex, FileColumns } from './split-index.ts'

/** How a dataset without splits of its own is split, where no recipe says it. */
const { validationShare, splitSeed } = parseRecipe({}).data
const defaultSplit: HoldOut = { validationShare, splitSeed }

/** A dataset with all that is known of its images. */
export interface OpenedDataset {
  readonly index: DatasetIndex
  /** What a person is told of it: of the readable images. */
  readonly described: DatasetListing
  readonly examined: ExaminedColumns
  /** The rows of the readable images of a split in `examined`. */
  readonly rows: Readonly<Record<Split, Int32Array>>
  /** Why nothing can be trained on it: one sentence. */
  readonly problem?: string
}

/**
 * Lists a dataset and makes sure that every image of it can be read. An image is decoded once: what was found
 * is kept in `cacheFolder/indexes` until its file's size or time changes; also when this is stopped half-way.
 * A large dataset whose folders are unchanged is not listed again.
 * Labels follow the names of the classes as they are now: a changed set of classes gives a new numbering, and
 * costs no decoding.
 * @throws DatasetError for a layout that is not known, a class without readable images, or a split of which more
 * than 5 % cannot be read; StorageError where the index cannot be kept
 */
export async function openIndex(root: string, cacheFolder: string, options: OpenOptions = {}): Promise<DatasetIndex> {
  return (await openDataset(root, cacheFolder, options)).index
}

export interface OpenOptions {
  /** Called with the images listed so far and 0, then with those decoded so far and those to decode. */
  readonly onProgress?: OnProgress | undefined
  readonly split?: HoldOut | undefined
  /** How TFRecords are read. */
  readonly records?: RecordKeys | undefined
  /** Of the labels; the split goes by the labels before them. */
  readonly corrections?: Corrections | undefined
  /** Raw images need no look to be used, only to be described. */
  readonly describeRaw?: boolean
  /** Too many images that cannot be read are told of, where they would be refused. */
  readonly describeProblems?: boolean
  /** Every file is asked for its size and time, however many there are. */
  readonly listAll?: boolean
  /** More files than this are listed again only where a folder has changed. */
  readonly listedAlways?: number
}

/** So many files are asked for their size and time in half a second. */
const LISTED_ALWAYS = 50_000

/** {@link openIndex}, with what was found out on the way. */
export async function openDataset(
  root: string,
  cacheFolder: string,
  options: OpenOptions = {},
): Promise<OpenedDataset> {
  const { listing, examined } = await examineDataset(root, cacheFolder, options)
  return select(trainable(listing), examined, options)
}

/** All samples of a dataset, with what is in them; as it lies there, not as it can be trained on. */
export async function examineDataset(root: string, cacheFolder: string, options: OpenOptions): Promise<OpenedIndex> {
  const path = resolve(root)
  const read = readIndexFile(indexFileOf(cacheFolder, path, options.records))
  const kept = read && withoutLostCopies(read, cacheFolder)
  const current = options.listAll ? undefined : await currentOf(path, kept)
  const { listing, examined } = current ?? (await listAndExamine(path, cacheFolder, kept?.examined, options))
  return { listing: { ...listing, files: withCopies(listing.files, examined, cacheFolder) }, examined }
}

/** What a dataset consists of; opens no image. Throws `DatasetError` for a layout that is not known. */
export async function listDataset(
  { root, cacheFolder, records }: DatasetPlace,
  onProgress?: OnProgress,
): Promise<DatasetListing> {
  const onListed = (count: number) => onProgress?.(count, 0)
  const listing = trainable(await readDataset(resolve(root), { cacheFolder, records, onListed }))
  const lost = lostWarnings(listing)
  const described = describeListing(listing, splitRows(listing, defaultSplit), defaultSplit)
  return { ...described, warnings: [...described.warnings, ...lost] }
}

export interface OpenedIndex extends KeptIndex {
  readonly listing: ListedDataset
}

/** Whether there is a listing that holds: nothing was added, taken away or renamed. A file that was written over is not noticed. */
async function currentOf(path: string, kept: KeptIndex | undefined): Promise<OpenedIndex | undefined> {
  const { listing } = kept ?? {}
  if (!kept || !listing?.sources || !areUnchanged(listing.sources) || (await recognise(path)) !== listing.kind)
    return undefined
  return { ...kept, listing }
}

async function listAndExamine(
  path: string,
  cacheFolder: string,
  known: ExaminedColumns | undefined,
  options: OpenOptions,
): Promise<OpenedIndex> {
  const { onProgress, describeRaw = false, listedAlways = LISTED_ALWAYS, records } = options
  const listing = await readDataset(path, { cacheFolder, records, onListed: (count) => onProgress?.(count, 0) })
  const { root, files, sources } = listing
  if (files.pixels && !describeRaw) return { listing, examined: undescribed(files) }
  const file = indexFileOf(cacheFolder, path, records)
  const { examined, isSame } = await examine(root, files, known, {
    cacheFolder,
    onProgress,
    save: (some) => writeIndexFile(file, { examined: some }),
  })
  const isKept = sources !== undefined && files.paths.length > listedAlways
  // What was listed again is kept with its new sources.
  if (!isSame || isKept) writeIndexFile(file, { examined, ...(isKept && { listing }) })
  return { listing, examined }
}

/** Splits the readable images. */
function select(
  found: ListedDataset,
  examined: ExaminedColumns,
  { split = defaultSplit, describeProblems = false, corrections }: OpenOptions,
): OpenedDataset {
  const { labels, notes } = correctLabels(found, corrections)
  const listing = { ...found, files: { ...found.files, labels }, notes: [...(found.notes ?? []), ...notes] }
  const { kind, root, classes, files } = listing
  const rows = splitRows(found, split)
  const readable = (split: Split) =>
    withOthers(selectReadable(split, files, examined, labelled(rows[split], labels)), listing)
  const [train, val, test] = [readable('train'), readable('val'), readable('test')]
  const problem = shareProblem(root, train) ?? shareProblem(root, val) ?? unreadableClass(listing, train)
  if (problem !== undefined && !describeProblems) throw new DatasetError(problem)
  const readRows = { train: train.rows, val: val.rows, test: test.rows }
  const listed = describeListing(listing, readRows, split)
  const warnings = [...listed.warnings, ...pictureWarnings(files, examined, Object.values(readRows))]
  const described = { ...listed, warnings }
  const index: DatasetIndex = {
    kind,
    root,
    classes,
    splits: { train: train.index, val: val.index, test: test.index },
    unreadable: [train, val, test].flatMap(({ unreadable }) => unreadable),
    warnings,
  }
  return { described, ...(problem !== undefined && { problem }), index, examined, rows: readRows }
}

/** Without the rows of no class. */
export const labelled = (rows: Int32Array, labels: Int32Array): Int32Array => rows.filter((row) => labels[row]! >= 0)

/** A class without a readable training image cannot be learnt. */
function unreadableClass({ root, classes, names }: ListedDataset, { index, unreadable }: Selected): string | undefined {
  const empty = countByClass(index.labels, classes.length).indexOf(0)
  const [first] = unreadable
  if (empty < 0) return undefined
  return `The class "${classes[empty]}" has no readable images in ${root}/${names.train}${first ? ` (left out first: ${first.file}, ${first.reason})` : ''}: add some, or take the class away.`
}

/** Adds what the reader could not make a sample of. */
const withOthers = (selected: Selected, { unreadable }: ListedDataset): Selected => ({
  ...selected,
  unreadable: [...(unreadable?.[selected.index.split] ?? []), ...selected.unreadable],
})

/** What is known of raw images without a look at them. */
function undescribed({ paths, bytes, mtimes, pixels }: FileColumns): ExaminedColumns {
  const all = (value: number) => new Int32Array(paths.length).fill(value)
  const { height, width } = pixels!
  return {
    ...emptyScan(paths.length),
    heights: all(height),
    widths: all(width),
    kinds: all(imageKinds.raw),
    reasons: new Map(),
    paths,
    bytes,
    mtimes,
    offsets: new Float64Array(paths.length),
  }
}

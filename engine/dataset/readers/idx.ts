import { existsSync } from 'node:fs'
import { DatasetError } from '../../../shared/errors.ts'
import type { Split } from '../../../shared/recipe/split.ts'
import type { RawImages } from '../image-index/split-index.ts'
import { classesOf } from './class-lists.ts'
import { splitsOf, type Listing, type ReaderOptions } from './listing.ts'
import { rawColumns, readNames, readUnpacked, type RawPart } from './raw-images.ts'
import { visibleEntries } from './entries.ts'

export const idxLayout =
  'IDX files are train-images-idx3-ubyte and train-labels-idx1-ubyte, and the same with t10k, gzipped or not'
const prefixes: Readonly<Record<Split, string>> = { train: 'train', val: '(val|validation)', test: '(t10k|test)' }

/** Unsigned bytes: the only type that images and labels have. */
const UBYTE = 8

interface Found {
  readonly file: string
  /** What stands before the split, such as `emnist-letters-`. */
  readonly set: string
}

const find = (root: string, split: Split, what: 'images' | 'labels'): Found[] =>
  visibleEntries(root).flatMap((file) => {
    const pattern = new RegExp(`^(.*-)?${prefixes[split]}-${what}[-.]idx[134]-ubyte(\\.gz)?$`, 'i')
    const match = pattern.exec(file)
    return match ? [{ file, set: match[1] ?? '' }] : []
  })
export const isIdx = (root: string): boolean => find(root, 'train', 'images').length > 0

/**
 * Reads images in the IDX format (its definition is on the MNIST page of LeCun, Cortes and Burges): bytes of
 * [images, height, width] or [images, height, width, 1 or 3], and a byte a label. `classes.txt`, a class a line,
 * names the classes; without it they are called by their numbers, which need not begin at 0. Without other files a
 * share is held out.
 * @throws DatasetError for a file of another form
 */
export function readIdx(root: string, options: ReaderOptions): Listing {
  const sets = [...new Set(find(root, 'train', 'images').map(({ set }) => set))]
  const [set = ''] = sets
  const train = readSplit(root, 'train', set)
  if (!train) throw new DatasetError(`${root} has no training images: ${idxLayout}.`)
  const others = (['val', 'test'] as const).map((split) => readSplit(root, split, set))
  for (const other of others) if (other) checkSameSize(root, train.form, other.form)
  const parts = [train, ...others]
  const files = rawColumns(
    root,
    parts.flatMap((part) => part ?? []),
    train.form,
  )
  options.onListed(files.labels.length)
  const { classes, labels, notes } = classNames(root, files.labels)
  const [trained, validated, tested] = parts.map((part) => part?.labels.length ?? 0) as [number, number, number]
  const names = { train: 'train', val: 'val', test: others[1]?.file.match(/t10k|test/i)?.[0] ?? 'test' }
  const split = splitsOf({ train: trained, val: validated, test: tested }, names)
  return {
    root,
    classes,
    files: { ...files, labels },
    ...split,
    leftOut: sets
      .slice(1)
      .map((other) => ({ path: `${other}*`, reason: `is another set of images than ${train.file}` })),
    notes: [...(split.notes ?? []), ...notes, ...(/emnist/i.test(train.file) ? [TRANSPOSED] : [])],
  }
}

const TRANSPOSED =
  'EMNIST keeps its pictures with rows and columns exchanged, and so they are seen here: on their side, and mirrored.'

function checkSameSize(root: string, a: IdxPart['form'], b: IdxPart['form']): void {
  if (a.height !== b.height || a.width !== b.width || a.channels !== b.channels)
    throw new DatasetError(
      `The training and validation images of ${root} have different sizes; use files that belong together.`,
    )
}

type IdxPart = RawPart & { readonly form: Omit<RawImages, 'bytes'> }

function readSplit(root: string, split: Split, set: string): IdxPart | undefined {
  const of = (what: 'images' | 'labels') => find(root, split, what).find((found) => found.set === set)?.file
  const [images, labels] = [of('images'), of('labels')]
  if (images === undefined) return undefined
  if (labels === undefined) throw new DatasetError(`${root} has ${images} and no labels for it: ${idxLayout}.`)
  const { shape, data } = readFile(root, images)
  const form = formOf(`${root}/${images}`, shape)
  const labelled = readFile(root, labels)
  if (labelled.shape.length !== 1 || labelled.shape[0] !== shape[0])
    throw new DatasetError(
      `${root}/${labels} has labels of shape [${labelled.shape.join(', ')}], and there are ${shape[0]} images; use files that belong together.`,
    )
  return { file: images, labels: Array.from(labelled.data), pixels: data, form }
}

function readFile(root: string, file: string): { shape: number[]; data: Uint8Array } {
  const path = `${root}/${file}`
  const content = readUnpacked(path, (head) => sizeOf(readHeader(path, head)))
  const header = readHeader(path, content)
  const { start, shape } = header
  if (content.length !== sizeOf(header))
    throw refusal(
      path,
      `its sizes [${shape.join(', ')}] need ${sizeOf(header) - start} bytes and it has ${content.length - start}`,
    )
  return { shape, data: content.subarray(start) }
}

interface Header {
  readonly start: number
  readonly shape: number[]
}

const sizeOf = ({ start, shape }: Header) => start + shape.reduce((product, length) => product * length, 1)

/** Magic number: two zeros, the type, the number of sizes; then the sizes, four bytes each, high byte first. */
function readHeader(path: string, content: Buffer): Header {
  const rank = content[3] ?? 0
  if (content.length < 4 || content[0] !== 0 || content[1] !== 0 || content[2] !== UBYTE || rank < 1 || rank > 4)
    throw refusal(path, 'it does not begin as one')
  const start = 4 + 4 * rank
  if (content.length < start) throw refusal(path, 'it is cut')
  return { start, shape: Array.from({ length: rank }, (_, i) => content.readUInt32BE(4 + 4 * i)) }
}

const refusal = (path: string, what: string) =>
  new DatasetError(`${path} is no IDX file of bytes: ${what}; ${idxLayout}.`)

function formOf(
  file: string,
  [count, height = 0, width = 0, channels = 1]: readonly number[],
): Omit<RawImages, 'bytes'> {
  if (!count || height < 1 || width < 1 || (channels !== 1 && channels !== 3))
    throw new DatasetError(
      `The images of ${file} have shape [${[count, height, width, channels].join(', ')}]; needed are images of one or three channels.`,
    )
  return { height, width, channels, layout: 'pixels' }
}

/** With names in a file they are those of the labels from 0; where the labels count from 1 and there are so many names, from 1. */
function classNames(root: string, labels: Int32Array): ReturnType<typeof classesOf> {
  const file = `${root}/classes.txt`
  if (!existsSync(file)) return classesOf(labels)
  const names = readNames(file)
  const most = labels.reduce((a, b) => Math.max(a, b), 0)
  const isFromOne = most === names.length && !labels.includes(0)
  if (names.length <= most && !isFromOne)
    throw new DatasetError(
      `${file} names ${names.length} classes, and there is a label ${most}; name every class on a line of its own.`,
    )
  return classesOf(isFromOne ? labels.map((label) => label - 1) : labels, names)
}

import { existsSync } from 'node:fs'
import { DatasetError } from '../../../shared/errors.ts'
import { splitsOf, type Listing, type ReaderOptions } from './listing.ts'
import { classesOf } from './class-lists.ts'
import { rawColumns, readNames, readUnpacked, type RawPart } from './raw-images.ts'
import { visibleEntries } from './entries.ts'

export const cifarLayout =
  'CIFAR in binary form is data_batch_*.bin and test_batch.bin with batches.meta.txt, or train.bin and test.bin with fine_label_names.txt'

/** What CIFAR's own pages call its two parts. */
type Part = 'train' | 'test'

interface Variant {
  readonly files: Readonly<Record<Part, RegExp>>
  /** A class a line. */
  readonly names: string
  /** Bytes before the pixels of an image; the last of them is its class. */
  readonly labelBytes: number
  readonly classes: number
}

const variants: readonly Variant[] = [
  {
    files: { train: /^data_batch_\d+\.bin$/, test: /^test_batch\.bin$/ },
    names: 'batches.meta.txt',
    labelBytes: 1,
    classes: 10,
  },
  { files: { train: /^train\.bin$/, test: /^test\.bin$/ }, names: 'fine_label_names.txt', labelBytes: 2, classes: 100 },
]
/** Bytes: three times the largest file there is. */
const MOST_UNPACKED = 500e6
const form = { height: 32, width: 32, channels: 3, layout: 'planes' } as const
const PIXELS = 32 * 32 * 3

const matching = (root: string, pattern: RegExp) => visibleEntries(root).filter((name) => pattern.test(name))
const variantOf = (root: string) => variants.find(({ files }) => matching(root, files.train).length > 0)
export const isCifar = (root: string): boolean => variantOf(root) !== undefined

/**
 * Reads CIFAR-10 or CIFAR-100 (Krizhevsky 2009) in the binary form of their page: for each image its label (for
 * CIFAR-100 the coarse one, which is not used, and the fine one), then 32 x 32 red, green and blue values.
 * Without the test file a share is held out. Classes without names are called by their numbers.
 * @throws DatasetError for a file of another length or a label out of range
 */
export function readCifar(root: string, options: ReaderOptions): Listing {
  const variant = variantOf(root)!
  const parts = (part: Part) => matching(root, variant.files[part]).map((file) => readPart(root, file, variant))
  const [train, test] = [parts('train'), parts('test')]
  const files = rawColumns(root, [...train, ...test], form)
  const { classes, labels, notes } = classesOf(files.labels, namesOf(root, variant))
  const count = (some: readonly RawPart[]) => some.reduce((sum, { labels }) => sum + labels.length, 0)
  options.onListed(files.labels.length)
  const split = splitsOf({ train: count(train), val: 0, test: count(test) }, { train: 'train', test: 'test' })
  return { root, classes, files: { ...files, labels }, ...split, notes: [...(split.notes ?? []), ...notes] }
}

function namesOf(root: string, { names, classes }: Variant): string[] {
  const file = `${root}/${names}`
  const lines = existsSync(file) ? readNames(file) : []
  return Array.from({ length: classes }, (_, label) => lines[label] ?? String(label))
}

function readPart(root: string, file: string, { labelBytes, classes }: Variant): RawPart {
  const content = readUnpacked(`${root}/${file}`, () => MOST_UNPACKED)
  const record = labelBytes + PIXELS
  const refuse = (what: string) => new DatasetError(`${root}/${file} is no CIFAR file: ${what}; ${cifarLayout}.`)
  if (content.length === 0 || content.length % record !== 0)
    throw refuse(`its ${content.length} bytes are not a whole number of records of ${record}`)
  const count = content.length / record
  const labels: number[] = []
  const pixels = new Uint8Array(count * PIXELS)
  for (let i = 0; i < count; i++) {
    const label = content[i * record + labelBytes - 1]!
    if (label >= classes) throw refuse(`image ${i} has label ${label}, and there are ${classes} classes`)
    labels.push(label)
    pixels.set(content.subarray(i * record + labelBytes, (i + 1) * record), i * PIXELS)
  }
  return { file, labels, pixels }
}

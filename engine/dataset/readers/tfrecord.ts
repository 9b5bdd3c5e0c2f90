import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { UnreadableImage } from '../../../shared/contract/trainer.ts'
import { DatasetError } from '../../../shared/errors.ts'
import { splits, type Split } from '../../../shared/recipe/split.ts'
import type { RecordKeys } from '../../../shared/run-folder/record-keys.ts'
import { readColumnFile, writeColumnFile } from '../image-index/column-file.ts'
import type { FileColumns, RecordColumns } from '../image-index/split-index.ts'
import { TextColumn } from '../image-index/text-column.ts'
import { parseExample, type ImageExample } from './example.ts'
import { classesOf } from './class-lists.ts'
import { splitsOf, type Listing, type ReaderOptions } from './listing.ts'
import { readNames } from './raw-images.ts'
import { splitNameOf } from './split-names.ts'
import { readTfRecords } from './tfrecord-file.ts'
import { statOf, visibleEntries } from './entries.ts'

export const tfRecordLayout =
  'TFRecords are files such as train-00000-of-01024, validation-* and, if there are, test-*, or *.tfrecord, of examples with image/encoded and image/class/label, or image and label'
/** More shards than this are a number gone wrong. */
const MOST_SHARDS = 100_000
/** More classes than this are a label gone wrong. */
const maxClasses = 100_000

type Shards = Readonly<Record<Split, readonly string[]>>

/** The shards of a folder, by split: where no name says one, all are to be trained on. */
function tfRecordShards(root: string): Shards {
  const names = visibleEntries(root).filter(
    (name) => isShard(name) && statOf(`${root}/${name}`)?.isDirectory() === false,
  )
  const splitOf = new Map(names.map((name) => [name, splitNameOf(stemOf(name))?.split]))
  const of = (split: Split) => names.filter((name) => splitOf.get(name) === split)
  if ([...splitOf.values()].every((split) => split === undefined)) return { train: names, val: [], test: [] }
  return { train: of('train'), val: of('val'), test: of('test') }
}

export const isTfRecordFolder = (root: string): boolean => tfRecordShards(root).train.length > 0

const shardNumber = /[-_.]?\d+-of-\d+/
const recordEnding = /\.(tfrecords?|tfrec)(?=[-.]|$)/i
const isShard = (name: string) =>
  /\d+-of-\d+(\.gz)?$/.test(name) || /\.(tfrecords?|tfrec)(-\d+-of-\d+)?(\.gz)?$/i.test(name)
/** What a shard is called without its number and ending. */
const stemOf = (name: string) => name.replace(/\.gz$/i, '').replace(shardNumber, '').replace(recordEnding, '')

/**
 * Reads TFRecord files as NVIDIA's and TensorFlow's ImageNet scripts, and TensorFlow Datasets, write them. Every record
 * is walked once and its checksums compared; where its image lies is then kept in `cacheFolder/indexes` until the files
 * change. Without other files a share is held out. The labels that occur are the classes, in the order of their
 * numbers, whether they count from 0 or 1. A class is called by its `image/class/text`, by its line in a file
 * `label.labels.txt` that counts from 0, or by its number.
 * @throws DatasetError where there are no records
 */
export function readTfRecordFolder(root: string, options: ReaderOptions): Listing {
  const shards = tfRecordShards(root)
  const table = openShards(
    root,
    splits.flatMap((split) => shards[split]),
    options,
  )
  const { classes, first, notes } = classNames(root, table)
  const ofSplit = (split: Split) => new Set(shards[split])
  const count = (split: Split) => {
    const own = ofSplit(split)
    return table.places.reduce((sum, place) => sum + Number(own.has(table.shards[place]!.name)), 0)
  }
  for (const split of splits) checkLost(root, table, shards[split])
  const unreadable = {
    train: problemsOf(table, shards.train),
    val: problemsOf(table, shards.val),
    test: problemsOf(table, shards.test),
  }
  const counts = { train: count('train'), val: count('val'), test: count('test') }
  const named = (split: Split) => (shards[split][0] === undefined ? {} : { [split]: `${stemOf(shards[split][0])}*` })
  const split = splitsOf(counts, { ...named('train'), ...named('val'), ...named('test') })
  return {
    root,
    classes,
    ...split,
    files: filesOf(table, first),
    leftOut: visibleEntries(root).flatMap((name) =>
      isShard(name) && !table.shards.some((shard) => shard.name === name)
        ? [{ path: name, reason: 'its name says no split, as others do' }]
        : [],
    ),
    unreadable,
    notes: [...(split.notes ?? []), ...notes, ...missingShards(table.shards.map(({ name }) => name))],
  }
}

/** Shards that are not there, by what others say of their number: `train-00000-of-00004`. */
function missingShards(names: readonly string[]): string[] {
  const there = new Set(names)
  const series = new Map<string, string[]>()
  for (const name of names) {
    const [, before, width, count, after] = /^(.*?)(\d+)(?=-of-(\d+)(.*)$)/.exec(name) ?? []
    if (width === undefined || Number(count) > MOST_SHARDS) continue
    const all = Array.from(
      { length: Number(count) },
      (_, i) => `${before}${String(i).padStart(width.length, '0')}-of-${count}${after}`,
    )
    series.set(
      `${before}-of-${count}${after}`,
      all.filter((one) => !there.has(one)),
    )
  }
  return [...series.values()].flatMap((missing) =>
    missing.length === 0
      ? []
      : [
          `${missing.length === 1 ? `The file ${missing[0]} is` : `${missing.length} files are`} missing${missing.length === 1 ? '' : `, such as ${missing[0]}`}, as the names of the others tell: their images are not in the dataset.`,
        ],
  )
}

/** All records of some shards. */
interface Table {
  readonly shards: readonly Shard[]
  /** The shard of a record. */
  readonly places: Int32Array
  readonly labels: Int32Array
  readonly records: RecordColumns
  /** Of labels. */
  readonly texts: readonly (readonly [number, string])[]
}
interface Shard {
  readonly name: string
  readonly bytes: number
  readonly mtime: number
  readonly problems: readonly (readonly [offset: number, reason: string])[]
  /** Bytes that cannot be read for a damage before them. */
  readonly lost: number
}
type Facts = Pick<Table, 'shards' | 'texts'> & { readonly reading: string }
/** What decides what is made of the same bytes; the number grows with the rules. */
const readingOf = (keys: RecordKeys = {}) => JSON.stringify([3, keys.image, keys.label, keys.labelOffset])
/** What the walk of a shard finds out. */
type Walked = 'problems' | 'lost'
/** Of a split's bytes: behind damage there may be any number of images. */
const maxLostShare = 0.05

function openShards(
  root: string,
  names: readonly string[],
  { cacheFolder, onListed, records: keys }: ReaderOptions,
): Table {
  const now = names.map((name): Omit<Shard, Walked> => {
    const stats = statOf(`${root}/${name}`)
    return { name, bytes: stats?.size ?? -1, mtime: stats?.mtimeMs ?? 0 }
  })
  const file = join(cacheFolder, 'indexes', `${createHash('sha256').update(root).digest('hex').slice(0, 32)}.records`)
  const kept = readColumnFile<Facts>(file)
  const isSame =
    kept?.facts.reading === readingOf(keys) &&
    kept.facts.shards.length === now.length &&
    now.every(
      ({ name, bytes, mtime }, i) =>
        kept.facts.shards[i]!.name === name &&
        kept.facts.shards[i]!.bytes === bytes &&
        kept.facts.shards[i]!.mtime === mtime,
    )
  if (kept && isSame) {
    const { places, labels, offsets, starts, lengths } = kept.columns as unknown as RecordColumns &
      Pick<Table, 'places' | 'labels'>
    return { ...kept.facts, places, labels, records: { offsets, starts, lengths } }
  }
  const table = walkShards(root, now, onListed, keys)
  writeColumnFile(file, {
    facts: { reading: readingOf(keys), shards: table.shards, texts: table.texts } satisfies Facts,
    columns: { places: table.places, labels: table.labels, ...table.records },
  })
  return table
}

function walkShards(
  root: string,
  now: readonly Omit<Shard, Walked>[],
  onListed: (count: number) => void,
  keys: RecordKeys = {},
): Table {
  const found: Found = { places: [], labels: [], offsets: [], starts: [], lengths: [] }
  const texts = new Map<number, string>()
  const words = new Map<string, number>()
  const onExample = (place: number, offset: number, example: ImageExample) => {
    const label = labelOf(example, words, keys)
    found.places.push(place)
    found.labels.push(label)
    found.offsets.push(offset)
    found.starts.push(example.start)
    found.lengths.push(example.length)
    if (example.text !== undefined && typeof example.label === 'number') texts.set(label, example.text.normalize('NFC'))
    if (found.offsets.length % 1000 === 0) onListed(found.offsets.length)
  }
  const shards = now.map((shard, place): Shard => {
    const walked = walkShard(`${root}/${shard.name}`, keys, (...example) => onExample(place, ...example))
    onListed(found.offsets.length)
    return { ...shard, ...walked }
  })
  for (const [word, label] of words) texts.set(label, word)
  return {
    shards,
    places: Int32Array.from(found.places),
    labels: Int32Array.from(found.labels),
    records: {
      offsets: Float64Array.from(found.offsets),
      starts: Int32Array.from(found.starts),
      lengths: Int32Array.from(found.lengths),
    },
    texts: [...texts],
  }
}

/** A row a record. */
type Found = Record<'places' | 'labels' | 'offsets' | 'starts' | 'lengths', number[]>

function walkShard(
  path: string,
  keys: RecordKeys,
  onExample: (offset: number, example: ImageExample) => void,
): Pick<Shard, Walked> {
  const problems: [number, string][] = []
  let lost = 0
  for (const { offset, data, problem, lost: behind = 0 } of recordsOf(path)) {
    const example = data ? tryParse(data, keys) : (problem ?? 'it cannot be read')
    if (typeof example === 'string') {
      problems.push([offset, example])
      lost += behind
    } else onExample(offset, example)
  }
  return { problems, lost }
}

/** Of a label that is a word, the place at which it was met; a number keeps its own, and both do not meet. */
function labelOf({ label }: ImageExample, words: Map<string, number>, { labelOffset = 0 }: RecordKeys): number {
  if (typeof label === 'number') return label + labelOffset
  const word = label.normalize('NFC')
  const place = words.get(word) ?? maxClasses + 1 + words.size
  words.set(word, place)
  return place
}

function* recordsOf(path: string): ReturnType<typeof readTfRecords> {
  try {
    yield* readTfRecords(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    yield { offset: 0, problem: `the file cannot be read (${code})` }
  }
}

/** A reason in place of an example that cannot be used. */
function tryParse(data: Buffer, keys?: RecordKeys): ImageExample | string {
  try {
    const example = parseExample(data, keys)
    if (typeof example.label === 'number' && (example.label < 0 || example.label > maxClasses))
      return `its label is ${example.label}, and labels go from 0 to ${maxClasses}`
    return example
  } catch (error) {
    return (error as Error).message
  }
}

/** The labels that occur, ascending, are the classes: label n of the files is not always class n - 1 of a subset. */
function classNames(
  root: string,
  { labels, texts, shards }: Table,
): { classes: string[]; first: ReadonlyMap<number, number>; notes: string[] } {
  const wordOf = new Map(texts)
  const isWord = (label: number) => label > maxClasses
  const used = [...new Set(labels)].sort((a, b) =>
    isWord(a) && isWord(b) ? (wordOf.get(a)! < wordOf.get(b)! ? -1 : 1) : a - b,
  )
  if (used.length === 0) {
    const problem =
      shards.flatMap(({ name, problems }) =>
        problems.slice(0, 1).map(([offset, reason]) => `; ${name}, record at byte ${offset}: ${reason}`),
      )[0] ?? ''
    throw new DatasetError(`${root} holds no record that can be used: ${tfRecordLayout}${problem}.`)
  }
  const names = texts.length === 0 && existsSync(`${root}/${LABEL_NAMES}`) ? readNames(`${root}/${LABEL_NAMES}`) : []
  const named = new Map([...names.entries(), ...texts])
  const plain = used.map((label) => named.get(label) ?? String(label))
  // ImageNet has two classes each that are called crane and maillot.
  const twice = new Set(plain.filter((name, i) => plain.indexOf(name) !== i))
  return {
    classes: plain.map((name, i) => (twice.has(name) ? `${name} (${used[i]})` : name)),
    first: new Map(used.map((label, i) => [label, i])),
    // Names say what a label is; numbers alone may have lost one.
    notes: named.size > 0 ? [] : classesOf(labels).notes,
  }
}

/** TensorFlow Datasets keeps the names of the feature `label` here, a class a line, from 0. */
const LABEL_NAMES = 'label.labels.txt'

function filesOf({ shards, places, labels, records }: Table, classOf: ReadonlyMap<number, number>): FileColumns {
  return {
    paths: TextColumn.of(shards.map(({ name }) => name)).select(places),
    labels: labels.map((label) => classOf.get(label)!),
    bytes: Float64Array.from(places, (place) => shards[place]!.bytes),
    mtimes: Float64Array.from(places, (place) => shards[place]!.mtime),
    records,
  }
}

/** Throws `DatasetError` where too much of a split lies behind damage. */
function checkLost(root: string, { shards }: Table, names: readonly string[]): void {
  const own = shards.filter(({ name }) => names.includes(name))
  const total = own.reduce((sum, { bytes }) => sum + Math.max(0, bytes), 0)
  const worst = own.reduce<Shard | undefined>(
    (most, shard) => (shard.lost > (most?.lost ?? 0) ? shard : most),
    undefined,
  )
  const share = own.reduce((sum, { lost }) => sum + lost, 0) / total
  if (!worst || share <= maxLostShare) return
  const [offset, reason] = worst.problems.at(-1)!
  throw new DatasetError(
    `${(100 * share).toFixed(1)} % of the bytes in ${own.length === 1 ? worst.name : `${own.length} files`} of ${root} lie behind damage (at most ${100 * maxLostShare} % may): get ${worst.name} anew, whose record at byte ${offset} has this: ${reason}.`,
  )
}

const problemsOf = ({ shards }: Table, names: readonly string[]): UnreadableImage[] =>
  shards
    .filter(({ name }) => names.includes(name))
    .flatMap(({ name, problems }) =>
      problems.map(([offset, reason]) => ({ file: `${name} (record at byte ${offset})`, reason })),
    )

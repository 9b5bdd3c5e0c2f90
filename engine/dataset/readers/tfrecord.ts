import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { UnreadableImage } from '../../../shared/contract/trainer.ts'
import { DatasetError } from '../../../shared/errors.ts'
import type { Split } from '../../../shared/recipe/split.ts'
import { readColumnFile, writeColumnFile } from '../image-index/column-file.ts'
import type { FileColumns, RecordColumns } from '../image-index/split-index.ts'
import { TextColumn } from '../image-index/text-column.ts'
import { parseExample } from './example.ts'
import { checkClasses, leftOut, type Listing, type ReaderOptions } from './listing.ts'
import { readTfRecords } from './tfrecord-file.ts'
import { statOf, visibleEntries } from './walk-images.ts'

export const tfRecordLayout =
  'ImageNet TFRecords are files train-* and validation-* with image/encoded and image/class/label, which counts from 1'
const splitOf: Readonly<Record<Split, RegExp>> = {
  train: /^train(ing)?[-._]/i,
  val: /^(val|valid|validation|test)[-._]/i,
}
/** More classes than this are a label gone wrong. */
const maxClasses = 100_000

/** The shards of a folder, by split. */
function tfRecordShards(root: string): Record<Split, string[]> {
  const names = visibleEntries(root).filter(
    (name) => isShard(name) && statOf(`${root}/${name}`)?.isDirectory() === false,
  )
  return {
    train: names.filter((name) => splitOf.train.test(name)),
    val: names.filter((name) => splitOf.val.test(name)),
  }
}

export const isTfRecordFolder = (root: string): boolean => tfRecordShards(root).train.length > 0

const isShard = (name: string) => /-\d+-of-\d+$|\.tfrecords?$/i.test(name)

/**
 * Reads TFRecord files as NVIDIA's and TensorFlow's ImageNet scripts write them. Every record is walked once and
 * its checksums compared; where its image lies is then kept in `cacheFolder/indexes` until the files change.
 * Without validation files a share is held out. Labels count from 1: label 1 is the first class. A class is
 * called by its `image/class/text`.
 * @throws DatasetError where there are no records, or a class has none in a split
 */
export function readTfRecordFolder(root: string, options: ReaderOptions): Listing {
  const shards = tfRecordShards(root)
  const table = openShards(root, [...shards.train, ...shards.val], options)
  const { classes, first } = classNames(root, table)
  const files = filesOf(table, first)
  // Shards come train first, and so do their records.
  const trained = table.places.reduce((count, place) => count + Number(place < shards.train.length), 0)
  for (const split of ['train', 'val'] as const) checkLost(root, table, shards[split])
  const unreadable = { train: problemsOf(table, shards.train), val: problemsOf(table, shards.val) }
  checkClasses(
    `the train records of ${root}${leftOut(unreadable.train)}`,
    classes,
    files.labels.subarray(0, trained),
    'records',
  )
  if (shards.val.length > 0)
    checkClasses(
      `the val records of ${root}${leftOut(unreadable.val)}`,
      classes,
      files.labels.subarray(trained),
      'records',
    )
  return {
    root,
    classes,
    names: { train: 'train-*', val: shards.val.length > 0 ? 'validation-*' : 'train-*' },
    files,
    ...(shards.val.length > 0 && { trained }),
    unreadable,
  }
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
type Facts = Pick<Table, 'shards' | 'texts'>
/** What the walk of a shard finds out. */
type Walked = 'problems' | 'lost'
/** Of a split's bytes: behind damage there may be any number of images. */
const maxLostShare = 0.05

function openShards(root: string, names: readonly string[], { cacheFolder, onListed }: ReaderOptions): Table {
  const now = names.map((name): Omit<Shard, Walked> => {
    const stats = statOf(`${root}/${name}`)
    return { name, bytes: stats?.size ?? -1, mtime: stats?.mtimeMs ?? 0 }
  })
  const file = join(cacheFolder, 'indexes', `${createHash('sha256').update(root).digest('hex').slice(0, 32)}.records`)
  const kept = readColumnFile<Facts>(file)
  const isSame =
    kept?.facts.shards.length === now.length &&
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
  const table = walkShards(root, now, onListed)
  writeColumnFile(file, {
    facts: { shards: table.shards, texts: table.texts } satisfies Facts,
    columns: { places: table.places, labels: table.labels, ...table.records },
  })
  return table
}

function walkShards(root: string, now: readonly Omit<Shard, Walked>[], onListed: (count: number) => void): Table {
  const [places, labels, offsets, starts, lengths] = [[], [], [], [], []] as [
    number[],
    number[],
    number[],
    number[],
    number[],
  ]
  const texts = new Map<number, string>()
  const shards = now.map((shard, place): Shard => {
    const problems: [number, string][] = []
    let lost = 0
    for (const { offset, data, problem, lost: behind = 0 } of recordsOf(`${root}/${shard.name}`)) {
      const example = data ? tryParse(data) : (problem ?? 'it cannot be read')
      if (typeof example === 'string') {
        problems.push([offset, example])
        lost += behind
        continue
      }
      places.push(place)
      labels.push(example.label)
      offsets.push(offset)
      starts.push(example.start)
      lengths.push(example.length)
      if (example.text !== undefined) texts.set(example.label, example.text)
      if (offsets.length % 1000 === 0) onListed(offsets.length)
    }
    onListed(offsets.length)
    return { ...shard, problems, lost }
  })
  const integers = (values: number[]) => Int32Array.from(values)
  return {
    shards,
    places: integers(places),
    labels: integers(labels),
    records: { offsets: Float64Array.from(offsets), starts: integers(starts), lengths: integers(lengths) },
    texts: [...texts],
  }
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
function tryParse(data: Buffer): ReturnType<typeof parseExample> | string {
  try {
    const example = parseExample(data)
    if (example.label < 1 || example.label > maxClasses) return `its label is ${example.label}, and labels count from 1`
    return example
  } catch (error) {
    return (error as Error).message
  }
}

/** The labels that occur, ascending, are the classes: label n of the files is not always class n - 1 of a subset. */
function classNames(
  root: string,
  { labels, texts, shards }: Table,
): { classes: string[]; first: ReadonlyMap<number, number> } {
  const used = [...new Set(labels)].sort((a, b) => a - b)
  if (used.length === 0) {
    const problem =
      shards.flatMap(({ name, problems }) =>
        problems.slice(0, 1).map(([offset, reason]) => `; ${name}, record at byte ${offset}: ${reason}`),
      )[0] ?? ''
    throw new DatasetError(`${root} holds no record that can be used: ${tfRecordLayout}${problem}.`)
  }
  const named = new Map(texts)
  const plain = used.map((label) => named.get(label) ?? String(label))
  // ImageNet has two classes each that are called crane and maillot.
  const twice = new Set(plain.filter((name, i) => plain.indexOf(name) !== i))
  return {
    classes: plain.map((name, i) => (twice.has(name) ? `${name} (${used[i]})` : name)),
    first: new Map(used.map((label, i) => [label, i])),
  }
}

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

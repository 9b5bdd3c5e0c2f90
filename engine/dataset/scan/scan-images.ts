import { TensorFlowError } from '../../../shared/errors.ts'
import { Session, Tensor } from '../../tensorflow/c-api/index.ts'
import { GraphBuilder, type Output } from '../../tensorflow/graph/builder.ts'
import { Dataset, type DatasetIterator } from '../../tensorflow/graph/tf-data.ts'
import { maxPixels } from '../image-kind.ts'
import { sampleSource, type SourceColumn } from '../sample-source.ts'
import type { FileColumns } from '../image-index/split-index.ts'
import { emptyScan, keepScan, SCAN_VALUES, type ScanColumns } from './scan-columns.ts'
import { defineEnds, defineRawScan, defineScan, HEAD } from './scan-graph.ts'
import { orientationOf, type FileEnds } from './orientation.ts'
import { isTransparent } from './transparency.ts'
import { noImage, noPixels, reasonByContent, reasonOf, tooLarge } from './reason.ts'

/** What {@link scanImages} found, a row a sample. */
export interface ScanResult extends ScanColumns {
  /** By position, of those that cannot be read. */
  readonly reasons: Map<number, string>
}

export const emptyResult = (count: number): ScanResult => ({ ...emptyScan(count), reasons: new Map() })

/** Images done, and images to do; the latter is 0 while they are still being listed. An error that it throws ends the work. */
export type OnProgress = (done: number, total: number) => void

/** Progress is told, and a stop is heard, once in so many images. */
const BATCH = 32

/**
 * Opens and decodes images, in parallel and in TensorFlow's threads.
 * @param root absolute; what the paths are relative to
 * @param result is filled as images are opened: where this ends early, it holds those that were
 */
export async function scanImages(
  root: string,
  files: Omit<FileColumns, 'labels'>,
  onProgress: OnProgress = () => {},
  result = emptyResult(files.paths.length),
): Promise<ScanResult> {
  const count = files.paths.length
  if (count === 0) return result
  using g = new GraphBuilder()
  const nodes = g.withDevice('/device:CPU:0', () => buildScan(g, root, files))
  // Nothing here can be made faster by rewriting the graph, and rewriting takes longer than a small dataset.
  using session = new Session(g.graph, { optimise: false })
  const seen = await scanAll(session, nodes, count, result, onProgress)
  for (let i = 0; i < count; i++) if (!seen[i]) await scanOne(session, nodes, result, i)
  return result
}

interface ScanNodes extends DatasetIterator {
  readonly columns: readonly SourceColumn[]
  /** int64 scalar: the sample that `single` is of. */
  readonly place: Output
  readonly single: Scanned
}

/** What the graph tells of a sample. */
interface Scanned {
  /** int64 [SCAN_VALUES]. */
  readonly values: Output
  /** string and int64 scalars: what `defineEnds` gives. */
  readonly ends: Output
  readonly length: Output
}

function buildScan(g: GraphBuilder, root: string, files: Omit<FileColumns, 'labels'>): ScanNodes {
  const source = sampleSource(g, root, files)
  const look = defineLook(g, files)
  const contentOf = (f: GraphBuilder, i: Output, columns: readonly Output[]) => {
    const zero = f.constant(0, 'int32')
    const location = source
      .locate(f, columns, f.op('ExpandDims', [i, zero]))
      .map((part) => f.op('Squeeze', [part], { squeeze_dims: [0] }))
    return source.read(f, location)
  }
  const args = [{ dtype: 'int64' as const, shape: [] }, ...source.columns.map(({ component }) => component)]
  const element = g.defineFunction('scan_element', args, (f, [i, ...columns]) => {
    const { values, ends, length } = look(f, contentOf(f, i!, columns))
    return [i!, values, ends, length]
  })
  const captured = source.columns.map(({ kept }) => kept)
  const iterator = Dataset.range(g, g.constant(0, 'int64'), g.constant(files.paths.length, 'int64'), 1)
    .parallelMap({ f: element, captured, components: elementComponents })
    .ignoreErrors()
    .batch(BATCH, { dropRemainder: false })
    .prefetch(2)
    .iterate()
  const place = g.placeholder('int64', [], 'place')
  return { columns: source.columns, place, single: look(g, contentOf(g, place, captured)), ...iterator }
}

/** The sample, and what is {@link Scanned} of it. */
const elementComponents = [
  { dtype: 'int64', shape: [] },
  { dtype: 'int64', shape: [SCAN_VALUES] },
  { dtype: 'string', shape: [] },
  { dtype: 'int64', shape: [] },
] as const

/** What is to be told of a sample's content: the bytes of a file, or raw pixels, which begin with nothing that tells anything. */
function defineLook(
  g: GraphBuilder,
  { pixels }: Pick<FileColumns, 'pixels'>,
): (f: GraphBuilder, content: Output) => Scanned {
  const scan = pixels ? defineRawScan(g, pixels) : defineScan(g)
  const ends = pixels ? undefined : defineEnds(g)
  const Tin = [pixels ? 'uint8' : 'string'] as const
  return (f, content) => {
    const values = f.op('PartitionedCall', [[content]], { f: scan, Tin, Tout: ['int64'] })
    if (ends === undefined) return { values, ends: f.text(''), length: f.constant(0, 'int64') }
    const of = f.operation('PartitionedCall', [[content]], { f: ends, Tin, Tout: ['string', 'int64'] })
    return { values, ends: of.output(0), length: of.output(1) }
  }
}

/** Scans everything at once. Those that failed are missing in what comes back. */
async function scanAll(
  session: Session,
  nodes: ScanNodes,
  count: number,
  result: ScanResult,
  onProgress: OnProgress,
): Promise<Uint8Array> {
  await withColumns(nodes, (feeds) => session.run({ feeds, targets: [nodes.initialise] }))
  const seen = new Uint8Array(count)
  for (let batch = await nextBatch(session, nodes); batch; batch = await nextBatch(session, nodes)) {
    const { positions, rows, ends } = batch
    positions.forEach((position, i) => {
      seen[position] = 1
      keep(result, position, rows.subarray(SCAN_VALUES * i, SCAN_VALUES * (i + 1)), ends[i]!)
    })
    onProgress(positions.at(-1)! + 1, count)
  }
  onProgress(count, count)
  return seen
}

type Feed = readonly [Output, Tensor]

async function withColumns<R>({ columns }: ScanNodes, work: (feeds: Feed[]) => Promise<R>): Promise<R> {
  const feeds = columns.map((column): Feed => [column.fed, column.tensor()])
  try {
    return await work(feeds)
  } finally {
    for (const [, tensor] of feeds) tensor.dispose()
  }
}

interface ScannedBatch {
  readonly positions: readonly number[]
  readonly rows: BigInt64Array
  readonly ends: readonly FileEnds[]
}

async function nextBatch(session: Session, { next }: ScanNodes): Promise<ScannedBatch | undefined> {
  try {
    const fetched = await session.run({ fetches: [0, 1, 2, 3].map((output) => next.output(output)) })
    using positions = fetched[0]!
    using rows = fetched[1]!
    using ends = fetched[2]!
    using lengths = fetched[3]!
    const all = lengths.data<'int64'>()
    return {
      positions: Array.from(positions.data<'int64'>(), Number),
      rows: rows.data<'int64'>(),
      ends: ends.byteStrings().map((bytes, i) => endsOf(bytes, Number(all[i]))),
    }
  } catch (error) {
    if (error instanceof TensorFlowError && error.code === 'OUT_OF_RANGE') return undefined
    throw error
  }
}

/** @param bytes the beginning and, where there is more than that, the end */
function endsOf(bytes: Uint8Array, length: number): FileEnds {
  const both = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const isWhole = both.length === length
  return {
    head: isWhole ? both : both.subarray(0, HEAD),
    tail: isWhole ? Buffer.alloc(0) : both.subarray(HEAD),
    length,
  }
}

/** Scans an image by itself, to learn what is wrong with it. */
async function scanOne(session: Session, nodes: ScanNodes, result: ScanResult, position: number): Promise<void> {
  const { values, ends, length } = nodes.single
  using place = Tensor.scalar('int64', position)
  const run = (fetches: readonly Output[]) =>
    withColumns(nodes, (feeds) => session.run({ feeds: [[nodes.place, place], ...feeds], fetches }))
  const file = await run([ends, length]).then(
    ([bytes, count]) => {
      using b = bytes!
      using c = count!
      return endsOf(b.byteStrings()[0]!, Number(c.item()))
    },
    () => undefined,
  )
  try {
    const [row] = await run([values])
    using t = row!
    keep(result, position, t.data<'int64'>(), file ?? noEnds)
  } catch (error) {
    result.reasons.set(position, (file && reasonByContent(file.head)) ?? reasonOf(error))
  }
}

const noEnds: FileEnds = { head: Buffer.alloc(0), tail: Buffer.alloc(0), length: 0 }

function keep(result: ScanResult, position: number, values: BigInt64Array, ends: FileEnds): void {
  const [kind, height, width] = Array.from(values.subarray(0, 3), Number) as [number, number, number]
  const refused = refusal(kind, height, width, ends)
  if (refused !== undefined) result.reasons.set(position, refused)
  else keepScan(result, position, values, orientationOf(ends), isTransparent(ends.head))
}

function refusal(kind: number, height: number, width: number, { head }: FileEnds): string | undefined {
  const reason = reasonByContent(head)
  if (reason !== undefined) return reason
  if (kind === 0) return noImage
  if (height * width === 0) return noPixels
  return height * width > maxPixels ? tooLarge(height, width) : undefined
}

import { TensorFlowError } from '../../../shared/errors.ts'
import { Session, Tensor } from '../../tensorflow/c-api/index.ts'
import { GraphBuilder, type Output } from '../../tensorflow/graph/builder.ts'
import { Dataset, type DatasetIterator } from '../dataset.ts'
import { maxPixels } from '../image-kind.ts'
import { defineScan } from './scan-graph.ts'
import { noImage, noPixels, reasonOf, tooLarge } from './reason.ts'

/** What {@link scanImages} found, an entry a path. */
export interface ScanResult {
  readonly heights: Int32Array
  readonly widths: Int32Array
  /** 0 where the image cannot be read. */
  readonly kinds: Int32Array
  /** By position, of those. */
  readonly reasons: Map<number, string>
}

export type OnProgress = (done: number, total: number) => void

/** Progress is told, and a stop is heard, once in so many images. */
const BATCH = 32

/**
 * Opens and decodes image files, in parallel and in TensorFlow's threads.
 * @param paths relative to `root`, an absolute folder
 */
export async function scanImages(root: string, paths: readonly string[], onProgress: OnProgress = () => {}): Promise<ScanResult> {
  const empty = () => new Int32Array(paths.length)
  const result: ScanResult = { heights: empty(), widths: empty(), kinds: empty(), reasons: new Map() }
  if (paths.length === 0) return result
  using g = new GraphBuilder()
  const nodes = g.withDevice('/device:CPU:0', () => buildScan(g))
  using session = new Session(g.graph)
  const seen = await scanAll(session, nodes, root, paths, result, onProgress)
  for (const [i, path] of paths.entries()) if (!seen[i]) await scanOne(session, nodes, root, path, result, i)
  return result
}

interface ScanNodes extends DatasetIterator {
  readonly root: Output
  readonly paths: Output
  /** int64 [kind, height, width] of the first path. */
  readonly first: Output
}

function buildScan(g: GraphBuilder): ScanNodes {
  const scan = defineScan(g)
  const root = g.placeholder('string', [])
  const paths = g.placeholder('string', [null])
  // A copy: TensorFlow shares the strings of a tensor that is fed.
  const kept = g.op('StringJoin', [[paths]])
  const call = (f: GraphBuilder, path: Output, folder: Output) =>
    f.op('PartitionedCall', [[path, folder]], { f: scan, Tin: ['string', 'string'], Tout: ['int64'] })
  const gather = (f: GraphBuilder, from: Output, i: Output) => f.op('GatherV2', [from, i, f.constant(0, 'int32')])
  const args = [{ dtype: 'int64', shape: [] }, { dtype: 'string', shape: [null] }, { dtype: 'string', shape: [] }] as const
  const element = g.defineFunction('scan_element', args, (f, [i, files, folder]) => [i!, call(f, gather(f, files!, i!), folder!)])
  const total = g.op('Size', [kept], { out_type: 'int64' })
  const iterator = Dataset.range(g, g.constant(0, 'int64'), total, 1)
    .parallelMap({ f: element, captured: [kept, g.op('StringJoin', [[root]])], components: [{ dtype: 'int64', shape: [] }, { dtype: 'int64', shape: [3] }] })
    .ignoreErrors()
    .batch(BATCH, { dropRemainder: false })
    .prefetch(2)
    .iterate()
  return { root, paths, first: call(g, gather(g, paths, g.constant(0, 'int64')), root), ...iterator }
}

/** Scans everything at once. Those that failed are missing in what comes back. */
async function scanAll(session: Session, nodes: ScanNodes, root: string, paths: readonly string[], result: ScanResult, onProgress: OnProgress): Promise<Uint8Array> {
  using rootTensor = Tensor.strings([], [root])
  using pathTensor = Tensor.strings([paths.length], paths)
  const feeds = [[nodes.root, rootTensor], [nodes.paths, pathTensor]] as const
  await session.run({ feeds, targets: [nodes.initialise] })
  const seen = new Uint8Array(paths.length)
  for (let batch = await nextBatch(session, nodes); batch; batch = await nextBatch(session, nodes)) {
    const { positions, rows } = batch
    positions.forEach((position, i) => {
      seen[position] = 1
      keep(result, position, rows.subarray(3 * i, 3 * i + 3))
    })
    onProgress(positions.at(-1)! + 1, paths.length)
  }
  onProgress(paths.length, paths.length)
  return seen
}

async function nextBatch(session: Session, { next }: ScanNodes): Promise<{ positions: number[]; rows: BigInt64Array } | undefined> {
  try {
    const fetched = await session.run({ fetches: [next.output(0), next.output(1)] })
    const [positions, rows] = fetched.map((tensor) => {
      using t = tensor
      return t.data<'int64'>()
    })
    return { positions: Array.from(positions!, Number), rows: rows! }
  } catch (error) {
    if (error instanceof TensorFlowError && error.code === 'OUT_OF_RANGE') return undefined
    throw error
  }
}

/** Scans a file by itself, to learn what is wrong with it. */
async function scanOne(session: Session, nodes: ScanNodes, root: string, path: string, result: ScanResult, position: number): Promise<void> {
  using rootTensor = Tensor.strings([], [root])
  using pathTensor = Tensor.strings([1], [path])
  try {
    const feeds = [[nodes.root, rootTensor], [nodes.paths, pathTensor]] as const
    const [row] = await session.run({ feeds, fetches: [nodes.first] })
    using t = row!
    keep(result, position, t.data<'int64'>())
  } catch (error) {
    result.reasons.set(position, reasonOf(error))
  }
}

function keep({ heights, widths, kinds, reasons }: ScanResult, position: number, row: BigInt64Array): void {
  const [kind, height, width] = Array.from(row, Number) as [number, number, number]
  const refused = refusal(kind, height, width)
  if (refused !== undefined) return void reasons.set(position, refused)
  kinds[position] = kind
  heights[position] = height
  widths[position] = width
}

function refusal(kind: number, height: number, width: number): string | undefined {
  if (kind === 0) return noImage
  if (height * width === 0) return noPixels
  return height * width > maxPixels ? tooLarge(height, width) : undefined
}

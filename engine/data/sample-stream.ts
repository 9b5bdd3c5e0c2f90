import { Tensor, type Session } from '../tensorflow/c-api/index.ts'
import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { geometryParts, type Geometry } from './augment/geometry.ts'
import type { Transform } from './augment.ts'
import { Dataset, type Component, type DatasetIterator } from './dataset.ts'
import { sampleDecoder } from './decode-sample.ts'
import type { ImageKind } from './image-kind.ts'
import type { Order } from './order.ts'
import type { SplitIndex } from './split-index.ts'

/** Positions whose order and geometry are computed together: so the small operations are paid for once in so many. */
const CHUNK = 128

export interface SampleStreamOptions {
  /** Absolute. */
  readonly root: string
  readonly order: Order
  readonly transform: Transform
  readonly channels: Recipe['data']['channels']
  readonly batchSize: number
  readonly dropRemainder: boolean
  /** Where the stream ends; it has no end without. */
  readonly end?: number
  /** Files read and decoded at once; one a core without. */
  readonly parallelCalls?: number
}

/** Batches of samples: uint8 [batch, imageSize, imageSize, channels], int32 [batch] labels, int64 [batch] sample indices. */
export interface SampleStream {
  readonly iterator: DatasetIterator
  /** Begins at a position: feeds the split's files, which the stream then keeps. */
  start(session: Session, position: number): Promise<void>
}

/** The columns of a split in the graph. */
interface Columns {
  readonly paths: Output
  readonly labels: Output
  readonly heights: Output
  readonly widths: Output
  readonly kinds: Output
}

const integerColumns = ['labels', 'heights', 'widths', 'kinds'] as const

/** The whole way from positions to batches. Everything but the columns of the split is part of the graph. */
export function sampleStream(g: GraphBuilder, split: SplitIndex, options: SampleStreamOptions): SampleStream {
  const start = g.placeholder('int64', [], 'start')
  const fed: Columns = {
    paths: g.placeholder('string', [split.count], 'paths'),
    ...(Object.fromEntries(integerColumns.map((name) => [name, g.placeholder('int32', [split.count], name)])) as Record<(typeof integerColumns)[number], Output>),
  }
  // TensorFlow shares the strings of a tensor that is fed: the dataset keeps a copy, ours can go.
  const columns: Columns = { ...fed, paths: g.op('StringJoin', [[fed.paths]]) }
  const { imageSize } = options.transform
  const samples = describeSamples(g, split, columns, start, options)
  const pixels: Component = { dtype: 'uint8', shape: [imageSize, imageSize, options.channels] }
  const iterator = samples
    .parallelMap({ f: defineDecode(g, split, options), components: [pixels, { dtype: 'int32', shape: [] }, { dtype: 'int64', shape: [] }] }, options.parallelCalls)
    .batch(options.batchSize, { dropRemainder: options.dropRemainder })
    .prefetch(2)
    .iterate()
  return { iterator, start: (session, position) => feed(session, split, fed, start, position, iterator) }
}

/** Path, kind, label, sample index and geometry of a sample. */
const componentsOf = ({ parts }: Transform): Component[] => [
  { dtype: 'string', shape: [] },
  { dtype: 'int32', shape: [] },
  { dtype: 'int32', shape: [] },
  { dtype: 'int64', shape: [] },
  ...parts.map((part) => geometryParts[part]),
]

/** A dataset of {@link componentsOf} samples, one an element. */
function describeSamples(g: GraphBuilder, split: SplitIndex, columns: Columns, start: Output, options: SampleStreamOptions): Dataset {
  const { order, transform, root, end = Number.MAX_SAFE_INTEGER } = options
  const captured = [columns.paths, ...integerColumns.map((name) => columns[name])]
  const args = [{ dtype: 'int64', shape: [] }, { dtype: 'string', shape: [split.count] }, ...integerColumns.map(() => ({ dtype: 'int32', shape: [split.count] }) as const)] as const
  const describe = g.defineFunction('describe_samples', args, (f, [position, paths, labels, heights, widths, kinds]) => {
    const last = f.op('Minimum', [f.op('AddV2', [position!, f.constant(CHUNK, 'int64')]), f.constant(end, 'int64')])
    const { epochs, samples, rows = samples } = order(f, f.op('Range', [position!, last, f.constant(1, 'int64')]))
    const gather = (column: Output) => f.op('GatherV2', [column, rows, f.constant(0, 'int32')])
    const size = (column: Output) => f.op('Cast', [gather(column)], { DstT: 'float64' })
    const found = transform.geometry(f, { epochs, samples, heights: size(heights!), widths: size(widths!) })
    const files = f.op('StringJoin', [[f.text(root), gather(paths!)]], { separator: '/' })
    return [files, gather(kinds!), gather(labels!), samples, ...transform.parts.map((part) => found[part]!)]
  })
  const components = componentsOf(transform).map(({ dtype, shape }) => ({ dtype, shape: [null, ...shape] }))
  return Dataset.range(g, start, g.constant(end, 'int64'), CHUNK).map({ f: describe, captured, components }).prefetch(2).unbatch()
}

/** A function from what {@link describeSamples} yields to pixels, label and sample index. */
function defineDecode(g: GraphBuilder, split: SplitIndex, { transform, channels }: SampleStreamOptions): string {
  const kinds = new Set(split.kinds as Iterable<ImageKind>)
  const decoder = sampleDecoder(g, { kinds, channels, imageSize: transform.imageSize, padding: transform.padding })
  return g.defineFunction('decode_sample', componentsOf(transform), (f, [path, kind, label, sample, ...values]) => {
    const geometry = Object.fromEntries(transform.parts.map((part, i) => [part, values[i]!])) as unknown as Geometry
    return [decoder.decode(f, path!, kind!, geometry), label!, sample!]
  })
}

async function feed(session: Session, split: SplitIndex, fed: Columns, start: Output, position: number, { initialise }: DatasetIterator): Promise<void> {
  using paths = Tensor.strings([split.count], split.paths)
  using position64 = Tensor.scalar('int64', position)
  const integers = integerColumns.map((name) => [fed[name], Tensor.from('int32', [split.count], split[name])] as const)
  try {
    await session.run({ feeds: [[fed.paths, paths], [start, position64], ...integers], targets: [initialise] })
  } finally {
    for (const [, tensor] of integers) tensor.dispose()
  }
}

import { Tensor, type Session } from '../tensorflow/c-api/index.ts'
import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import type { Transform } from './augment/transforms.ts'
import { Dataset, type Component, type DatasetIterator } from '../tensorflow/graph/tf-data.ts'
import { cachedSource, type PixelCache } from './cache/pixel-cache.ts'
import { pixelDecoder, sampleDecoder } from './decode-sample.ts'
import { sampleSource, type SampleSource, type SourceColumn, type SplitIndex } from '../dataset/index.ts'
import type { Order } from './order.ts'

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
  /** Pixels of the split that need no decoding, in place of its files. */
  readonly cache?: PixelCache | undefined
}

/** Batches of samples: uint8 [batch, size, size, channels], the size that of the transform, int32 [batch] labels, int64 [batch] sample indices. */
export interface SampleStream {
  readonly iterator: DatasetIterator
  /** Begins at a position: feeds the split's files, which the stream then keeps. */
  start(session: Session, position: number): Promise<void>
}

/** Those of the columns of a split that every source has. */
const integerColumns = ['labels', 'heights', 'widths', 'kinds'] as const

/** The whole way from positions to batches. Everything but the columns of the split is part of the graph. */
export function sampleStream(g: GraphBuilder, split: SplitIndex, options: SampleStreamOptions): SampleStream {
  const start = g.placeholder('int64', [], 'start')
  const { cache } = options
  const source = cache ? cachedSource(g, cache) : sampleSource(g, options.root, split)
  const integers = integerColumns.map((name): SourceColumn => {
    const fed = g.placeholder('int32', [split.count], name)
    return {
      fed,
      kept: fed,
      component: { dtype: 'int32', shape: [split.count] },
      tensor: () => Tensor.from('int32', [split.count], { ...split, ...cache?.sizes }[name]),
    }
  })
  const columns = [...integers, ...source.columns]
  const { imageSize } = options.transform
  const samples = describeSamples(g, source, columns, start, options)
  const pixels: Component = { dtype: 'uint8', shape: [imageSize, imageSize, options.channels] }
  const iterator = samples
    .parallelMap(
      {
        f: defineDecode(g, split, source, options),
        captured: source.shared ? [source.shared.output] : [],
        components: [pixels, { dtype: 'int32', shape: [] }, { dtype: 'int64', shape: [] }],
      },
      options.parallelCalls,
    )
    .batch(options.batchSize, { dropRemainder: options.dropRemainder })
    .prefetch(2)
    .iterate()
  return { iterator, start: (session, position) => feed(session, columns, source.shared, start, position, iterator) }
}

/** Form (see `SampleDecoder`), label, sample index, location and the transform's figures of a sample. */
const componentsOf = (source: SampleSource, { components }: Transform): Component[] => [
  { dtype: 'int32', shape: [3] },
  { dtype: 'int32', shape: [] },
  { dtype: 'int64', shape: [] },
  ...source.components,
  ...components,
]

/** A dataset of {@link componentsOf} samples, one an element. */
function describeSamples(
  g: GraphBuilder,
  source: SampleSource,
  columns: readonly SourceColumn[],
  start: Output,
  options: SampleStreamOptions,
): Dataset {
  const { order, transform, end = Number.MAX_SAFE_INTEGER } = options
  const captured = columns.map(({ kept }) => kept)
  const args = [{ dtype: 'int64' as const, shape: [] }, ...columns.map(({ component }) => component)]
  const describe = g.defineFunction(
    'describe_samples',
    args,
    (f, [position, labels, heights, widths, kinds, ...located]) => {
      const last = f.op('Minimum', [f.op('AddV2', [position!, f.constant(CHUNK, 'int64')]), f.constant(end, 'int64')])
      const ordered = order(f, f.op('Range', [position!, last, f.constant(1, 'int64')]))
      const { samples, rows = samples } = ordered
      const gather = (column: Output) => f.op('GatherV2', [column, rows, f.constant(0, 'int32')])
      const size = (column: Output) => f.op('Cast', [gather(column)], { DstT: 'float64' })
      const figures = transform.draw(f, { ...ordered, heights: size(heights!), widths: size(widths!) })
      const form = f.op('Pack', [[gather(kinds!), gather(heights!), gather(widths!)]], { axis: 1 })
      return [form, gather(labels!), samples, ...source.locate(f, located, rows), ...figures]
    },
  )
  const components = componentsOf(source, transform).map(({ dtype, shape }) => ({ dtype, shape: [null, ...shape] }))
  return Dataset.range(g, start, g.constant(end, 'int64'), CHUNK)
    .map({ f: describe, captured, components })
    .prefetch(2)
    .unbatch()
}

/** A function from what {@link describeSamples} yields to pixels, label and sample index. */
function defineDecode(
  g: GraphBuilder,
  split: SplitIndex,
  source: SampleSource,
  { transform, channels, cache }: SampleStreamOptions,
): string {
  const decodings = new Set(split.kinds)
  const decoder = cache
    ? pixelDecoder(channels, transform.scaling)
    : sampleDecoder(g, { decodings, channels, raw: split.pixels, scaling: transform.scaling })
  const [located, drawn] = [source.components.length, transform.components.length]
  const args = [...componentsOf(source, transform), ...(source.shared ? [source.shared.component] : [])]
  return g.defineFunction('decode_sample', args, (f, [form, label, sample, ...rest]) => {
    const content = source.read(f, rest.slice(0, located), rest[located + drawn])
    const figures = rest.slice(located, located + drawn)
    const scaled = decoder.decode(f, content, form!, figures[0]!, transform.size(f, figures))
    return [transform.finish(f, scaled, figures), label!, sample!]
  })
}

async function feed(
  session: Session,
  columns: readonly SourceColumn[],
  shared: SampleSource['shared'],
  start: Output,
  position: number,
  { initialise }: DatasetIterator,
): Promise<void> {
  using position64 = Tensor.scalar('int64', position)
  const fed = columns.map((column) => [column.fed, column.tensor()] as const)
  try {
    const kept = shared?.tensor ? [[shared.output, shared.tensor] as const] : []
    await session.run({ feeds: [[start, position64], ...fed, ...kept], targets: [initialise] })
  } finally {
    for (const [, tensor] of fed) tensor.dispose()
  }
}

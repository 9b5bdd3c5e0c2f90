import { Tensor } from '../../tensorflow/c-api/index.ts'
import type { GraphBuilder, Output } from '../../tensorflow/graph/builder.ts'
import type { SampleSource, SourceColumn } from '../../dataset/index.ts'
import type { CacheLayout } from './layout.ts'

/** Decoded and scaled images of a split, one after the other: in memory or in a file. */
export interface PixelCache extends CacheLayout {
  readonly held: { readonly kind: 'memory'; readonly tensor: Tensor } | { readonly kind: 'disk'; readonly file: string }
  dispose(): void
}

/** Samples of a cache. A file is mapped into memory, so that the system keeps in memory what it can. */
export function cachedSource(g: GraphBuilder, { held, offsets, sizes, channels, bytes }: PixelCache): SampleSource {
  const component = { dtype: 'uint8', shape: [bytes] } as const
  const { heights, widths } = sizes
  const numbers = (dtype: 'int32' | 'int64', tensor: () => Tensor): SourceColumn => {
    const fed = g.placeholder(dtype, [heights.length])
    return { fed, kept: fed, component: { dtype, shape: [heights.length] }, tensor }
  }
  const gather = (f: GraphBuilder, column: Output, rows: Output) =>
    f.op('GatherV2', [column, rows, f.constant(0, 'int32')])
  return {
    columns: [
      numbers('int64', () => Tensor.from('int64', [offsets.length], BigInt64Array.from(offsets, BigInt))),
      numbers('int32', () => Tensor.from('int32', [heights.length], heights)),
      numbers('int32', () => Tensor.from('int32', [widths.length], widths)),
    ],
    components: [
      { dtype: 'int64', shape: [] },
      { dtype: 'int32', shape: [] },
      { dtype: 'int32', shape: [] },
    ],
    shared:
      held.kind === 'memory'
        ? { output: g.placeholder('uint8', [bytes], 'cached_pixels'), component, tensor: held.tensor }
        : { output: mapped(g, held.file, bytes), component },
    locate: (f, columns, rows) => columns.map((column) => gather(f, column, rows)),
    read: (f, [offset, height, width], all) =>
      readImage(f, all!, offset!, f.op('Pack', [[height!, width!, f.constant(channels, 'int32')]])),
  }
}

const mapped = (g: GraphBuilder, file: string, bytes: number) =>
  g.op('ImmutableConst', [], { dtype: 'uint8', shape: [bytes], memory_region_name: file })

/** uint8 [height, width, channels] from its place among all bytes. */
function readImage(f: GraphBuilder, all: Output, offset: Output, shape: Output): Output {
  const one = (value: Output) => f.op('ExpandDims', [value, f.constant(0, 'int32')])
  const count = f.op('Prod', [f.op('Cast', [shape], { DstT: 'int64' }), f.constant(0, 'int32')])
  return f.op('Reshape', [f.op('Slice', [all, one(offset), one(count)]), shape])
}

import { Session } from '../../tensorflow/c-api/index.ts'
import { GraphBuilder, type Output } from '../../tensorflow/graph/builder.ts'
import type { Transform } from '../augment.ts'
import { inOrder } from '../order.ts'
import { sampleStream } from '../sample-stream.ts'
import type { SplitIndex } from '../split-index.ts'
import type { CachedData, CacheLayout } from './layout.ts'

/** The whole image, scaled to the layout's size: each pixel is the mean of what it covers. */
function scaleWhole({ sizes }: CacheLayout): Transform {
  const size = { dtype: 'int32', shape: [2] } as const
  return {
    imageSize: null,
    components: [{ dtype: 'int32', shape: [4] }, size],
    scaling: 'area',
    draw(f, { heights, widths, samples }) {
      const int = (column: Output) => f.op('Cast', [column], { DstT: 'int32' })
      const scaled = (column: Int32Array) => f.op('GatherV2', [f.constant([...column], 'int32'), samples, f.constant(0, 'int32')])
      const none = f.op('ZerosLike', [int(heights)])
      return [f.op('Pack', [[none, none, int(heights), int(widths)]], { axis: 1 }), f.op('Pack', [[scaled(sizes.heights), scaled(sizes.widths)]], { axis: 1 })]
    },
    size: (_f, figures) => figures[1]!,
    finish: (_f, pixels) => pixels,
  }
}

/** Decodes and scales the images of a split in its order. @param onImage is given the row-major pixels of each */
export async function scaledImages(root: string, split: SplitIndex, { channels }: CachedData, layout: CacheLayout, onImage: (pixels: Uint8Array, row: number) => void): Promise<void> {
  using g = new GraphBuilder()
  const options = { root, order: inOrder, transform: scaleWhole(layout), channels, batchSize: 1, dropRemainder: false, end: split.count }
  const stream = g.withDevice('/device:CPU:0', () => sampleStream(g, split, options))
  using session = new Session(g.graph, { optimise: false })
  await stream.start(session, 0)
  for (let row = 0; row < split.count; row++) {
    const [fetched] = await session.run({ fetches: [stream.iterator.next.output(0)] })
    using tensor = fetched!
    onImage(tensor.data<'uint8'>(), row)
  }
}

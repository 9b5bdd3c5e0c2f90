import { Session } from '../../tensorflow/c-api/index.ts'
import { GraphBuilder, type Output } from '../../tensorflow/graph/builder.ts'
import type { Transform } from '../augment/transforms.ts'
import { arithmetic, columns } from '../augment/geometry.ts'
import { explainFailure } from '../explain-failure.ts'
import { inOrder } from '../order.ts'
import { sampleStream } from '../sample-stream.ts'
import type { SplitIndex } from '../../dataset/index.ts'
import type { CachedData } from './layout.ts'

/**
 * The whole image, scaled to the size that `layoutOf` gives it: as the recipe resamples, but where that has no low-pass
 * filter each pixel is the mean of what it covers. Without one, pixels that are left out here would be lost to every crop.
 */
function scaleWhole({ evaluationResize, resample }: CachedData): Transform {
  const size = { dtype: 'int32', shape: [2] } as const
  return {
    imageSize: null,
    components: [{ dtype: 'int32', shape: [4] }, size],
    scaling: resample === 'bilinear' ? 'area' : resample,
    draw(f, { heights, widths }) {
      const { add, divide, floor, min, multiply } = arithmetic(f)
      const scale = min(divide(evaluationResize, min(heights, widths)), 1)
      const scaled = (side: Output) => floor(add(multiply(side, scale), 0.5))
      const none = f.op('ZerosLike', [heights])
      return [columns(f, [none, none, heights, widths]), columns(f, [scaled(heights), scaled(widths)])]
    },
    size: (_f, figures) => figures[1]!,
    finish: (_f, pixels) => pixels,
  }
}

/** Decodes and scales the images of a split in its order. @param onImage is given the row-major pixels of each */
export async function scaledImages(
  root: string,
  split: SplitIndex,
  data: CachedData,
  onImage: (pixels: Uint8Array, row: number) => void,
): Promise<void> {
  using g = new GraphBuilder()
  const options = {
    root,
    order: inOrder,
    transform: scaleWhole(data),
    channels: data.channels,
    batchSize: 1,
    dropRemainder: false,
    end: split.count,
  }
  const stream = g.withDevice('/device:CPU:0', () => sampleStream(g, split, options))
  using session = new Session(g.graph, { optimise: false })
  await stream.start(session, 0)
  const { next } = stream.iterator
  for (let row = 0; row < split.count; row++) {
    const [fetched] = await session.run({ fetches: [next.output(0)] }).catch(async (error: unknown) => {
      throw await explainFailure(error, next.name, root, split)
    })
    using tensor = fetched!
    onImage(tensor.data<'uint8'>(), row)
  }
}

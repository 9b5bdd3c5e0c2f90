import { TensorFlowError } from '../../../shared/errors.ts'
import { Session } from '../../tensorflow/c-api/index.ts'
import { GraphBuilder, type Output } from '../../tensorflow/graph/builder.ts'
import { arithmetic, columns } from '../augment/geometry.ts'
import type { Transform } from '../augment/transforms.ts'
import { given } from '../order.ts'
import { sampleStream } from '../sample-stream.ts'
import { checkSamples, selectRows, type SplitImages } from '../../dataset/index.ts'

const QUALITY = 85

export interface ThumbnailsRequest {
  /** Sample indices. */
  readonly samples: readonly number[]
  /** Of the longer side, pixels. */
  readonly size: number
}

/**
 * Whole images as small JPEG files, at most `size` px a side and none larger than it is, in the order asked for;
 * empty where the file cannot be read any more. Throws `UsageError` for a sample that does not exist.
 */
export async function thumbnails(
  { root, split }: SplitImages,
  { samples, size }: ThumbnailsRequest,
): Promise<Uint8Array[]> {
  if (samples.length === 0) return []
  checkSamples(split, samples)
  const rows = selectRows(split, samples)
  using g = new GraphBuilder()
  const { stream, file } = g.withDevice('/device:CPU:0', () => {
    // One at a time: each has a shape of its own.
    const stream = sampleStream(g, rows, {
      root,
      order: given(samples, 0),
      transform: fitInto(size),
      channels: 3,
      batchSize: 1,
      dropRemainder: false,
      end: samples.length,
    })
    const pixels = g.op('Squeeze', [stream.iterator.next.output(0)], { squeeze_dims: [0] })
    return { stream, file: g.op('EncodeJpeg', [pixels], { format: 'rgb', quality: QUALITY }) }
  })
  using session = new Session(g.graph, { optimise: false })
  await stream.start(session, 0)
  const files: Uint8Array[] = []
  while (files.length < samples.length) {
    files.push(
      await session.run({ fetches: [file] }).then(([fetched]) => {
        using tensor = fetched!
        return tensor.byteStrings()[0]!
      }, unreadable),
    )
  }
  return files
}

function unreadable(error: unknown): Uint8Array {
  if (error instanceof TensorFlowError) return new Uint8Array()
  throw error
}

/** The whole image, scaled down to fit into a square. */
export const fitInto = (side: number): Transform => ({
  imageSize: null,
  components: [
    { dtype: 'int32', shape: [4] },
    { dtype: 'int32', shape: [2] },
  ],
  draw(f, { heights, widths }) {
    const { divide, max, min, multiply, round } = arithmetic(f)
    const scale = min(divide(side, max(heights, widths)), 1)
    const scaled = (length: Output) => max(round(multiply(length, scale)), 1)
    const origin = multiply(heights, 0)
    return [columns(f, [origin, origin, heights, widths]), columns(f, [scaled(heights), scaled(widths)])]
  },
  size: (_f, figures) => figures[1]!,
  scaling: 'area',
  finish: (_f, pixels) => pixels,
})

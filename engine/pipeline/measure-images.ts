import { TensorFlowError } from '../../shared/errors.ts'
import { checkSamples, selectRows, type SplitImages } from '../dataset/index.ts'
import { Session } from '../tensorflow/c-api/index.ts'
import { GraphBuilder, type Output } from '../tensorflow/graph/builder.ts'
import { given } from './order.ts'
import { fitInto } from './preview/thumbnails.ts'
import { sampleStream } from './sample-stream.ts'

/** Of images, an entry each; NaN where one cannot be read any more. */
export interface ImageMeasures {
  /** The mean of the grey levels, 0 to 255. */
  readonly brightness: Float32Array
  /**
   * The variance of the Laplacian of the grey levels (Pech-Pacheco et al., "Diatom autofocusing in brightfield
   * microscopy", ICPR 2000): low where an image is blurred or plain.
   */
  readonly sharpness: Float32Array
}

/** Pixels of the longer side that images are scaled down to: sharpness would else go by their size. */
const SIDE = 256
const LAPLACIAN = [
  [[[0]], [[1]], [[0]]],
  [[[1]], [[-4]], [[1]]],
  [[[0]], [[1]], [[0]]],
]

/**
 * Measures whole images, scaled down to at most 256 px a side, in the order asked for. Throws `UsageError` for a sample
 * that does not exist.
 */
export async function measureImages({ root, split }: SplitImages, samples: readonly number[]): Promise<ImageMeasures> {
  const brightness = new Float32Array(samples.length).fill(NaN)
  const sharpness = new Float32Array(samples.length).fill(NaN)
  if (samples.length === 0) return { brightness, sharpness }
  checkSamples(split, samples)
  using g = new GraphBuilder()
  const { stream, measures } = g.withDevice('/device:CPU:0', () => {
    // One at a time: each has a shape of its own.
    const stream = sampleStream(g, selectRows(split, samples), {
      root,
      order: given(samples, 0),
      transform: fitInto(SIDE),
      channels: 1,
      batchSize: 1,
      dropRemainder: false,
      end: samples.length,
    })
    return { stream, measures: measuresOf(g, stream.iterator.next.output(0)) }
  })
  using session = new Session(g.graph, { optimise: false })
  await stream.start(session, 0)
  for (let i = 0; i < samples.length; i++) {
    try {
      const [fetched] = await session.run({ fetches: [measures] })
      using tensor = fetched!
      ;[brightness[i], sharpness[i]] = tensor.data<'float32'>() as unknown as [number, number]
    } catch (error) {
      if (!(error instanceof TensorFlowError)) throw error
    }
  }
  return { brightness, sharpness }
}

/** uint8 [1, height, width, 1] to float32 [2]. */
function measuresOf(g: GraphBuilder, pixels: Output): Output {
  const all = g.constant([0, 1, 2, 3], 'int32')
  const mean = (values: Output) => g.op('Mean', [values, all])
  const grey = g.op('Cast', [pixels], { DstT: 'float32' })
  const border = g.constant([0, 0, 1, 1, 1, 1, 0, 0], 'int32', [4, 2])
  const framed = g.op('MirrorPad', [grey, border], { mode: 'SYMMETRIC' })
  const edges = g.op('Conv2D', [framed, g.constant(LAPLACIAN)], { strides: [1, 1, 1, 1], padding: 'VALID' })
  const variance = mean(g.op('Square', [g.op('Sub', [edges, mean(edges)])]))
  return g.op('Pack', [[mean(grey), variance]])
}

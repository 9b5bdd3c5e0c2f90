import { UsageError } from '../../shared/errors.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import type { Split } from '../../shared/run.ts'
import { Session } from '../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { evaluationTransform, trainingTransform, type Transform } from './augment.ts'
import { given } from './order.ts'
import { sampleStream } from './sample-stream.ts'
import type { DatasetIndex } from './split-index.ts'

export interface PreviewRequest {
  readonly index: DatasetIndex
  readonly split: Split
  readonly recipe: Pick<Recipe, 'data' | 'augment' | 'run'>
  /** From 0. */
  readonly epoch: number
  /** Sample indices. */
  readonly samples: readonly number[]
}

/** A sample as training sees it in an epoch, and as evaluation sees it; row-major, a byte a channel. */
export interface PreviewedSample {
  readonly index: number
  readonly label: number
  readonly augmented: Uint8Array
  readonly original: Uint8Array
  readonly height: number
  readonly width: number
  readonly channels: number
}

/** Samples by the very functions that training and evaluation use, in the order asked for. Throws `UsageError` for one that does not exist. */
export async function previewSamples({ index, split, recipe, epoch, samples }: PreviewRequest): Promise<PreviewedSample[]> {
  if (samples.length === 0) return []
  const { data, augment, run } = recipe
  const columns = index.splits[split]
  const missing = samples.find((sample) => columns.labels[sample] === undefined)
  if (missing !== undefined) throw new UsageError(`There is no sample ${missing} in ${split}: choose one from 0 to ${columns.count - 1}.`)
  using g = new GraphBuilder()
  const streamOf = (transform: Transform) =>
    sampleStream(g, columns, {
      root: index.root,
      order: given(samples, epoch),
      transform,
      channels: data.channels,
      batchSize: samples.length,
      dropRemainder: false,
      end: samples.length,
    })
  const streams = g.withDevice('/device:CPU:0', () => [streamOf(trainingTransform(g, data, augment, run.seed)), streamOf(evaluationTransform(data))])
  using session = new Session(g.graph)
  for (const stream of streams) await stream.start(session, 0)
  const [augmented, original] = await fetchAll(session, streams.map(({ iterator }) => iterator.next.output(0)))
  const size = data.imageSize
  const bytes = size * size * data.channels
  return samples.map((sample, i) => ({
    index: sample,
    label: columns.labels[sample]!,
    augmented: augmented!.slice(i * bytes, (i + 1) * bytes),
    original: original!.slice(i * bytes, (i + 1) * bytes),
    height: size,
    width: size,
    channels: data.channels,
  }))
}

async function fetchAll(session: Session, fetches: Parameters<Session['run']>[0]['fetches']): Promise<Uint8Array[]> {
  return (await session.run({ fetches })).map((tensor) => {
    using t = tensor
    return t.data<'uint8'>()
  })
}

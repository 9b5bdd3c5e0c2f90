import type { PreviewedSample } from '../../shared/contract/trainer.ts'
import { UsageError } from '../../shared/errors.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import type { Split } from '../../shared/run.ts'
import { Session } from '../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { evaluationTransform, trainingTransform, type Transform } from './augment.ts'
import { given } from './order.ts'
import { sampleStream } from './sample-stream.ts'
import type { DatasetIndex, SplitIndex } from './split-index.ts'

export interface PreviewRequest {
  readonly index: DatasetIndex
  readonly split: Split
  readonly recipe: Pick<Recipe, 'data' | 'augment' | 'run'>
  /** From 0. */
  readonly epoch: number
  /** Sample indices. */
  readonly samples: readonly number[]
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
    sampleStream(g, rowsOf(columns, samples), {
      root: index.root,
      order: given(samples, epoch),
      transform,
      channels: data.channels,
      batchSize: samples.length,
      dropRemainder: false,
      end: samples.length,
    })
  const streams = g.withDevice('/device:CPU:0', () => [streamOf(trainingTransform(g, data, augment, run.seed)), streamOf(evaluationTransform(data))])
  using session = new Session(g.graph, { optimise: false })
  await Promise.all(streams.map((stream) => stream.start(session, 0)))
  const evaluationSize = data.evaluationSize || data.imageSize
  const [augmented, original] = await fetchAll(session, streams.map(({ iterator }) => iterator.next.output(0)))
  const size = data.imageSize
  const bytes = size * size * data.channels
  const originalBytes = evaluationSize * evaluationSize * data.channels
  return samples.map((sample, i) => ({
    index: sample,
    label: columns.labels[sample]!,
    augmented: augmented!.slice(i * bytes, (i + 1) * bytes),
    original: original!.slice(i * originalBytes, (i + 1) * originalBytes),
    height: size,
    width: size,
    channels: data.channels,
  }))
}

/** Only the rows that are shown: the others of a million files would be copied for nothing. */
function rowsOf(split: SplitIndex, samples: readonly number[]): SplitIndex {
  const integers = (column: Int32Array) => Int32Array.from(samples, (sample) => column[sample]!)
  const floats = (column: Float64Array) => Float64Array.from(samples, (sample) => column[sample]!)
  return {
    split: split.split,
    count: samples.length,
    paths: samples.map((sample) => split.paths[sample]!),
    labels: integers(split.labels),
    bytes: floats(split.bytes),
    mtimes: floats(split.mtimes),
    heights: integers(split.heights),
    widths: integers(split.widths),
    kinds: integers(split.kinds),
  }
}

async function fetchAll(session: Session, fetches: Parameters<Session['run']>[0]['fetches']): Promise<Uint8Array[]> {
  return (await session.run({ fetches })).map((tensor) => {
    using t = tensor
    return t.data<'uint8'>()
  })
}

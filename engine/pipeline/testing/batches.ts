import { Session } from '../../tensorflow/c-api/index.ts'
import { GraphBuilder } from '../../tensorflow/graph/builder.ts'
import type { Pipeline } from '../pipeline.ts'

export interface Batch {
  readonly images: Uint8Array
  readonly labels: number[]
  readonly indices: number[]
}

/** The batches of a pipeline from a position on, fetched by a session of their own. */
export async function batchesOf(
  build: (g: GraphBuilder) => Pipeline,
  position: number,
  count: number,
): Promise<Batch[]> {
  using g = new GraphBuilder()
  const pipeline = build(g)
  using session = new Session(g.graph)
  await pipeline.start(session, position)
  const batches: Batch[] = []
  for (let i = 0; i < count; i++) batches.push(await fetchBatch(session, pipeline))
  return batches
}

export async function fetchBatch(session: Session, { images, labels, indices }: Pipeline): Promise<Batch> {
  const [pixels, ...numbers] = (await session.run({ fetches: [images, labels, indices] })).map((tensor) => {
    using t = tensor
    return t.data()
  })
  const [labelValues, indexValues] = numbers.map((values) => Array.from(values, Number))
  return { images: pixels as Uint8Array, labels: labelValues!, indices: indexValues! }
}

/** The pixels of the samples of batches, one after the other. */
export const samplesOf = (batches: readonly Batch[]) =>
  batches.flatMap(({ images, labels, indices }) => {
    const bytes = images.length / labels.length
    return labels.map((label, i) => ({ label, index: indices[i]!, pixels: images.slice(i * bytes, (i + 1) * bytes) }))
  })

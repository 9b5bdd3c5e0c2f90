import type { RunRequest, Session } from '../tensorflow/c-api/index.ts'
import type { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { buildLogits, type LogitsParts } from './logits.ts'

/**
 * Adds to the graph what gives the class probabilities of a batch: float32, one image after the other. What it is fed is
 * for images that come by a placeholder.
 */
export function buildPredictionStep(
  g: GraphBuilder,
  parts: LogitsParts,
): (session: Session, feeds?: RunRequest['feeds']) => Promise<Float32Array> {
  return g.withName('predict', () => {
    const probabilities = g.op('Softmax', [buildLogits(g, parts)])
    return async (session, feeds = []) => {
      const [fetched] = await session.run({ feeds, fetches: [probabilities] })
      using t = fetched!
      return t.data<'float32'>()
    }
  })
}

import type { Session } from '../tensorflow/c-api/index.ts'
import type { GraphBuilder } from '../tensorflow/graph/builder.ts'
import { buildLogits, type LogitsParts } from './logits.ts'

/** Adds to the graph what gives the class probabilities of a batch: float32, one image after the other. */
export function buildPredictionStep(g: GraphBuilder, parts: LogitsParts): (session: Session) => Promise<Float32Array> {
  return g.withName('predict', () => {
    const probabilities = g.op('Softmax', [buildLogits(g, parts)])
    return async (session) => {
      const [fetched] = await session.run({ fetches: [probabilities] })
      using t = fetched!
      return t.data<'float32'>()
    }
  })
}

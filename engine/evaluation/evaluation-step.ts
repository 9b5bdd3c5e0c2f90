import type { Recipe } from '../../shared/recipe/schema.ts'
import { lowerModel, type Model, type Variables } from '../models/index.ts'
import type { Session } from '../tensorflow/c-api/index.ts'
import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'
import { sparse } from '../training/loss.ts'
import { inTopK } from '../training/metrics.ts'
import { normalise } from '../training/normalise.ts'

/** What the network makes of one batch, an entry an image. */
export interface EvaluatedBatch {
  readonly labels: Int32Array
  /** Cross-entropy against the label, no smoothing. */
  readonly losses: Float32Array
  /** 1 where the label is the highest logit, or among the five highest. */
  readonly top1: Uint8Array
  readonly top5: Uint8Array
}

export interface EvaluationParts {
  readonly model: Model
  readonly variables: Variables
  /** uint8 [batch, height, width, channels] and int32 [batch]; the last batch may be smaller. */
  readonly images: Output
  readonly labels: Output
  readonly data: Recipe['data']
}

/** Adds the evaluation of a batch to the graph; batch norm uses its moving statistics. */
export function buildEvaluationStep(g: GraphBuilder, { model, variables, images, labels, data }: EvaluationParts): (session: Session) => Promise<EvaluatedBatch> {
  return g.withName('evaluate', () => {
    const pixels = normalise(g, images, data.mean, data.std)
    const logits = lowerModel(g, model, variables, pixels, { training: false }).output
    const fetches = [labels, sparse(g, logits, labels), inTopK(g, logits, labels, 1, model.classes), inTopK(g, logits, labels, 5, model.classes)]
    return async (session) => {
      const fetched = await session.run({ fetches })
      const [labelValues, losses, top1, top5] = fetched.map((tensor) => {
        using t = tensor
        return t.data()
      })
      return { labels: labelValues as Int32Array, losses: losses as Float32Array, top1: top1 as Uint8Array, top5: top5 as Uint8Array }
    }
  })
}

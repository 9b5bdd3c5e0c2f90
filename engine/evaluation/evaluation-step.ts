import { RunError, TensorFlowError } from '../../shared/errors.ts'
import type { Session } from '../tensorflow/c-api/index.ts'
import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'
import { crossEntropy, inTopK } from './per-image.ts'
import { buildLogits, type LogitsParts } from './logits.ts'

/** What the network makes of one batch, an entry an image. */
export interface EvaluatedBatch {
  readonly labels: Int32Array
  /** Cross-entropy against the label, no smoothing. */
  readonly losses: Float32Array
  /** 1 where the label is the highest logit, or among the five highest. */
  readonly top1: Uint8Array
  readonly top5: Uint8Array
}

export interface EvaluationParts extends LogitsParts {
  /** int32 [batch] */
  readonly labels: Output
}

/** Adds the evaluation of a batch to the graph. */
export function buildEvaluationStep(
  g: GraphBuilder,
  { labels, ...parts }: EvaluationParts,
): (session: Session) => Promise<EvaluatedBatch> {
  return g.withName('evaluate', () => {
    const logits = buildLogits(g, parts)
    const { classes } = parts.model
    const fetches = [
      labels,
      crossEntropy(g, logits, labels),
      inTopK(g, logits, labels, 1, classes),
      inTopK(g, logits, labels, 5, classes),
    ]
    return async (session) => {
      const fetched = await session.run({ fetches }).catch(explainMemory)
      const [labelValues, losses, top1, top5] = fetched.map((tensor) => {
        using t = tensor
        return t.data()
      })
      return {
        labels: labelValues as Int32Array,
        losses: losses as Float32Array,
        top1: top1 as Uint8Array,
        top5: top5 as Uint8Array,
      }
    }
  })
}

function explainMemory(error: unknown): never {
  if (!(error instanceof TensorFlowError) || error.code !== 'RESOURCE_EXHAUSTED') throw error
  throw new RunError(
    'The evaluation does not fit into the memory of the device; start a new run with a lower data.evaluationBatchSize.',
    { cause: error },
  )
}

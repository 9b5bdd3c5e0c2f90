import { RunError, TensorFlowError } from '../../shared/errors.ts'
import type { Session } from '../tensorflow/c-api/index.ts'
import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'
import { crossEntropy } from './per-image.ts'
import { buildLogits, type LogitsParts } from './logits.ts'

/** What the network makes of one batch, an entry an image. */
export interface EvaluatedBatch {
  readonly labels: Int32Array
  /** Cross-entropy against the label in nats, no smoothing. */
  readonly losses: Float32Array
  /** [images x k]: the k likeliest classes, the likeliest first; of those that are as likely, the first in their order. */
  readonly guesses: Int32Array
  /** [images x k]: how likely each is, 0 to 1; NaN where the network gave no number. */
  readonly probabilities: Float32Array
  /** Of all probabilities of an image, in nats; NaN where the network gave no number. */
  readonly entropies: Float32Array
  /** [images x classes], where they were asked for. */
  readonly logits?: Float32Array
}

export interface EvaluationParts extends LogitsParts {
  /** int32 [batch] */
  readonly labels: Output
}

export interface EvaluationOptions {
  /** How many of the likeliest classes are told; all where there are fewer. */
  readonly guesses?: number
  readonly logits?: boolean
}

/** Adds the evaluation of a batch to the graph. */
export function buildEvaluationStep(
  g: GraphBuilder,
  { labels, ...parts }: EvaluationParts,
  { guesses = 5, logits: wantsLogits = false }: EvaluationOptions = {},
): (session: Session) => Promise<EvaluatedBatch> {
  return g.withName('evaluate', () => {
    const logits = buildLogits(g, parts)
    const all = g.op('Softmax', [logits])
    const likeliest = g.operation('TopKV2', [all, g.constant(Math.min(guesses, parts.model.classes), 'int32')])
    const fetches = [
      ...[labels, crossEntropy(g, logits, labels), likeliest.output(1), likeliest.output(0), entropy(g, all)],
      ...(wantsLogits ? [logits] : []),
    ]
    return async (session) => {
      const fetched = await session.run({ fetches }).catch(explainMemory)
      const values = fetched.map((tensor) => {
        using t = tensor
        return t.data()
      })
      const [labelValues, losses, guessed, probabilities, entropies, logitValues] = values as [
        ...[Int32Array, Float32Array, Int32Array, Float32Array, Float32Array],
        Float32Array | undefined,
      ]
      return {
        labels: labelValues,
        losses,
        guesses: guessed,
        probabilities,
        entropies,
        ...(logitValues && { logits: logitValues }),
      }
    }
  })
}

/** Of each row of probabilities, in nats: float32 [batch]. */
const entropy = (g: GraphBuilder, probabilities: Output): Output =>
  g.op('Neg', [g.op('Sum', [g.op('Xlogy', [probabilities, probabilities]), g.constant([1], 'int32')])])

function explainMemory(error: unknown): never {
  if (!(error instanceof TensorFlowError) || error.code !== 'RESOURCE_EXHAUSTED') throw error
  throw new RunError(
    'The evaluation does not fit into the memory of the device; start a new run with a lower data.evaluationBatchSize.',
    { cause: error },
  )
}

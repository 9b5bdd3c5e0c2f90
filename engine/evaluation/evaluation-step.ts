import { ModelError, RunError, TensorFlowError } from '../../shared/errors.ts'
import type { Session } from '../tensorflow/c-api/index.ts'
import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'
import { crossEntropy } from './per-image.ts'
import { buildOutputs, type LogitsParts, type NetworkOutputs } from './logits.ts'

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
  /** [images x width], where they were asked for: what the last dense layer makes the logits of. */
  readonly features?: Float32Array
}

export interface EvaluationParts extends LogitsParts {
  /** int32 [batch] */
  readonly labels: Output
}

export interface EvaluationOptions {
  /** How many of the likeliest classes are told; all where there are fewer. */
  readonly guesses?: number
  readonly logits?: boolean
  readonly features?: boolean
}

/**
 * Adds the evaluation of a batch to the graph.
 * @throws ModelError where features are asked for of a network that does not end in a dense layer
 */
export function buildEvaluationStep(
  g: GraphBuilder,
  { labels, ...parts }: EvaluationParts,
  { guesses = 5, ...wanted }: EvaluationOptions = {},
): (session: Session) => Promise<EvaluatedBatch> {
  return g.withName('evaluate', () => {
    const outputs = buildOutputs(g, parts)
    const { logits } = outputs
    const all = g.op('Softmax', [logits])
    const likeliest = g.operation('TopKV2', [all, g.constant(Math.min(guesses, parts.model.classes), 'int32')])
    const fetches: Readonly<Partial<Record<keyof EvaluatedBatch, Output>>> = {
      labels,
      losses: crossEntropy(g, logits, labels),
      guesses: likeliest.output(1),
      probabilities: likeliest.output(0),
      entropies: entropy(g, all),
      ...(wanted.logits && { logits }),
      ...(wanted.features && { features: featuresOf(outputs, parts.model.name) }),
    }
    return async (session) => {
      const fetched = await session.run({ fetches: Object.values(fetches) }).catch(explainMemory)
      const values = fetched.map((tensor) => {
        using t = tensor
        return t.data()
      })
      return Object.fromEntries(Object.keys(fetches).map((name, i) => [name, values[i]!])) as unknown as EvaluatedBatch
    }
  })
}

function featuresOf({ features }: NetworkOutputs, name: string): Output {
  if (features) return features
  throw new ModelError(
    `The network "${name}" does not end in a dense layer, so there are no features before it to keep; leave --features out.`,
  )
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

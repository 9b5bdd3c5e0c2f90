import { ModelError, RunError, TensorFlowError } from '../../shared/errors.ts'
import type { RunRequest, Session } from '../tensorflow/c-api/index.ts'
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
    const fetches: Fetches = {
      ...buildFigures(g, { logits: outputs.logits, labels }, Math.min(guesses, parts.model.classes)),
      ...(wanted.logits && { logits: outputs.logits }),
      ...(wanted.features && { features: featuresOf(outputs, parts.model.name) }),
    }
    return (session) => fetchBatch(session, fetches).catch(explainMemory)
  })
}

/** Where in the graph the columns of a batch are. */
export type Fetches = Readonly<Partial<Record<keyof EvaluatedBatch, Output>>>

/**
 * Adds to the graph what is told of each image of a batch.
 * @param outputs float32 [batch, classes] logits, and int32 [batch] labels
 * @param guesses how many of the likeliest classes, as many as there are at most
 */
export function buildFigures(
  g: GraphBuilder,
  { logits, labels }: { readonly logits: Output; readonly labels: Output },
  guesses: number,
): Fetches {
  const all = g.op('Softmax', [logits])
  const likeliest = g.operation('TopKV2', [all, g.constant(guesses, 'int32')])
  return {
    labels,
    losses: crossEntropy(g, logits, labels),
    guesses: likeliest.output(1),
    probabilities: likeliest.output(0),
    entropies: entropy(g, all),
  }
}

/** Runs the graph for the columns of a batch. */
export async function fetchBatch(
  session: Session,
  fetches: Fetches,
  feeds: RunRequest['feeds'] = [],
): Promise<EvaluatedBatch> {
  const fetched = await session.run({ feeds, fetches: Object.values(fetches) })
  const values = fetched.map((tensor) => {
    using t = tensor
    return t.data()
  })
  return Object.fromEntries(Object.keys(fetches).map((name, i) => [name, values[i]!])) as unknown as EvaluatedBatch
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

import { buildLogits, type LogitsParts } from '../evaluation/logits.ts'
import type { GraphBuilder } from '../tensorflow/graph/builder.ts'
import type { Signature } from './saved-model.ts'

/**
 * The network as others call it: `images`, uint8 [batch, size, size, channels] as the evaluation transform leaves
 * them, to `logits` and `probabilities`, float32 [batch, classes]. Normalisation is part of it.
 */
export function buildServedNetwork(g: GraphBuilder, { recipe, ...parts }: Omit<LogitsParts, 'images'>): Signature {
  const { evaluationSize, imageSize, channels } = recipe.data
  const size = evaluationSize || imageSize
  const images = g.placeholder('uint8', [null, size, size, channels], 'images')
  const logits = g.op('Identity', [buildLogits(g, { ...parts, recipe, images })], {}, 'logits')
  return { inputs: { images }, outputs: { logits, probabilities: g.op('Softmax', [logits], {}, 'probabilities') } }
}

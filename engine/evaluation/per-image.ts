import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'

/**
 * Which images have their label among the k highest logits; never where a logit is not finite.
 * @param logits float32 [batch, K]
 * @param labels int32 [batch]
 * @returns bool [batch]
 */
export function inTopK(g: GraphBuilder, logits: Output, labels: Output, k: number, classes: number): Output {
  return g.op('InTopKV2', [logits, labels, g.constant(Math.min(k, classes), 'int32')])
}

/** The share of true values. float32 scalar */
export const shareOf = (g: GraphBuilder, flags: Output): Output =>
  g.op('Mean', [g.op('Cast', [flags], { DstT: 'float32' }), g.constant([0], 'int32')])

/** Cross-entropy of each image against its label alone. float32 [batch]. The C library has no gradient for it. */
export const crossEntropy = (g: GraphBuilder, logits: Output, labels: Output): Output =>
  g.op('SparseSoftmaxCrossEntropyWithLogits', [logits, labels])

import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'

/**
 * Softmax cross-entropy against smoothed labels, averaged over the batch: the label has probability
 * 1 - s + s / K and every other class s / K (arXiv 1512.00567, section 7).
 * @param logits float32 [batch, K]
 * @param labels int32 [batch], 0 to K - 1
 * @returns float32 scalar
 */
export function softmaxCrossEntropy(g: GraphBuilder, logits: Output, labels: Output, classes: number, labelSmoothing: number): Output {
  return g.withName('loss', () => {
    return g.op('Mean', [smoothed(g, logits, labels, classes, labelSmoothing), g.constant([0], 'int32')])
  })
}

/** Cross-entropy of each image against its label alone. float32 [batch]. The C library has no gradient for it. */
export const sparse = (g: GraphBuilder, logits: Output, labels: Output): Output =>
  g.op('SparseSoftmaxCrossEntropyWithLogits', [logits, labels])

function smoothed(g: GraphBuilder, logits: Output, labels: Output, classes: number, smoothing: number): Output {
  const share = smoothing / classes
  const targets = g.op('OneHot', [labels, g.constant(classes, 'int32'), g.constant(1 - smoothing + share), g.constant(share)])
  return g.op('SoftmaxCrossEntropyWithLogits', [logits, targets])
}

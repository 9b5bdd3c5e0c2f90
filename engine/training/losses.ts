import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'

/*
 * Each takes float32 logits and targets, [batch, classes], a target being the share of a class in its image's label,
 * and yields the loss of each image, float32 [batch].
 */

/** -sum_k t_k log softmax(x)_k. */
export const softmaxCrossEntropy = (g: GraphBuilder, logits: Output, targets: Output): Output =>
  g.op('SoftmaxCrossEntropyWithLogits', [logits, targets])

/**
 * The mean over the classes of -t log sigmoid(x) - (1 - t) log(1 - sigmoid(x)), which is log(1 + e^x) - t x
 * (Wightman et al. 2021, arXiv 2110.00476, section 2.1).
 */
export function binaryCrossEntropy(g: GraphBuilder, logits: Output, targets: Output): Output {
  const each = g.op('Sub', [g.op('Softplus', [logits]), g.op('Mul', [targets, logits])])
  return g.op('Mean', [each, g.constant([1], 'int32')])
}

/** The smallest difference from 1 that float32 knows, below which the power's derivative has no finite value. */
const SMALLEST_WRONG = 2 ** -24

/** -sum_k t_k (1 - p_k)^gamma log p_k with p = softmax(x) (Lin et al. 2017, arXiv 1708.02002, eq. 4, over classes). */
export function focal(g: GraphBuilder, logits: Output, targets: Output, gamma: number): Output {
  if (gamma === 0) return softmaxCrossEntropy(g, logits, targets)
  const logShares = g.op('LogSoftmax', [logits])
  const wrong = g.op('Maximum', [g.op('Neg', [g.op('Expm1', [logShares])]), g.constant(SMALLEST_WRONG)])
  const weighted = g.op('Mul', [g.op('Pow', [wrong, g.constant(gamma)]), logShares])
  return g.op('Neg', [g.op('Sum', [g.op('Mul', [targets, weighted]), g.constant([1], 'int32')])])
}

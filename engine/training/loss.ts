import { RecipeError } from '../../shared/errors.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import type { GraphBuilder, Output } from '../tensorflow/graph/builder.ts'
import { binaryCrossEntropy, focal, softmaxCrossEntropy as softmax } from './losses.ts'

export interface LossParts {
  /** float32 [batch, classes]. */
  readonly logits: Output
  /** int32 [batch], 0 to classes - 1. */
  readonly labels: Output
  /** float32 [batch, classes]: soft labels of a mixed batch, not smoothed; they take the place of the labels. */
  readonly targets?: Output | undefined
  readonly classes: number
  readonly loss: Recipe['loss']
  /** How much an image of each class counts. */
  readonly classWeights?: readonly number[] | undefined
}

/**
 * The mean loss of a batch: the recipe's loss of each image, times the weight of its class. The weight of a mixed
 * image is mixed as its label is. The sum is divided by the number of images, not by the sum of the weights.
 * @returns float32 scalar
 */
export function buildLoss(g: GraphBuilder, parts: LossParts): Output {
  checkThreshold(parts.loss, parts.classes)
  return g.withName('loss', () => {
    const losses = perImage(g, parts, smoothedTargets(g, parts))
    const weighted = parts.classWeights ? g.op('Mul', [losses, imageWeights(g, parts, parts.classWeights)]) : losses
    return g.op('Mean', [weighted, g.constant([0], 'int32')])
  })
}

function perImage(g: GraphBuilder, { logits, loss }: LossParts, targets: Output): Output {
  switch (loss.name) {
    case 'softmax':
      return softmax(g, logits, targets)
    case 'bce':
      return binaryCrossEntropy(
        g,
        logits,
        loss.targetThreshold === 0 ? targets : above(g, targets, loss.targetThreshold),
      )
    case 'focal':
      return focal(g, logits, targets, loss.focalGamma)
  }
}

/** A share s of every label goes to the K classes alike: target (1 - s) + s / K (arXiv 1512.00567, section 7). */
function smoothedTargets(g: GraphBuilder, { labels, targets, classes, loss }: LossParts): Output {
  const left = 1 - loss.labelSmoothing
  const share = loss.labelSmoothing / classes
  if (!targets)
    return g.op('OneHot', [labels, g.constant(classes, 'int32'), g.constant(left + share), g.constant(share)])
  return loss.labelSmoothing === 0
    ? targets
    : g.op('AddV2', [g.op('Mul', [targets, g.constant(left)]), g.constant(share)])
}

const above = (g: GraphBuilder, targets: Output, threshold: number): Output =>
  g.op('Cast', [g.op('Greater', [targets, g.constant(threshold)])], { DstT: 'float32' })

/** A threshold under what smoothing gives to every class would make each image belong to all of them. */
function checkThreshold({ name, targetThreshold, labelSmoothing }: Recipe['loss'], classes: number): void {
  if (name !== 'bce' || targetThreshold === 0 || targetThreshold >= labelSmoothing / classes) return
  throw new RecipeError(
    `loss.targetThreshold must be at least ${labelSmoothing / classes}, what loss.labelSmoothing gives to each of ${classes} classes, not ${targetThreshold}.`,
  )
}

function imageWeights(g: GraphBuilder, { labels, targets }: LossParts, classWeights: readonly number[]): Output {
  const weights = g.constant(classWeights)
  return targets
    ? g.op('Sum', [g.op('Mul', [targets, weights]), g.constant([1], 'int32')])
    : g.op('GatherV2', [weights, labels, g.constant(0, 'int32')])
}

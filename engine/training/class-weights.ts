import { DatasetError, RecipeError } from '../../shared/errors.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'

/**
 * How much an image of each class counts in the loss; nothing where all count alike. Balanced: n / (K n_k), with n
 * images in K classes, n_k of them in class k (scikit-learn's "balanced"), so that images count 1 on average.
 * Throws `RecipeError` where the recipe gives another number of weights than there are classes, and `DatasetError`
 * where a class to balance has no image.
 * @param labels the label of every training image
 */
export function classWeightsOf(
  { balanced, classWeights }: Recipe['loss'],
  labels: Int32Array,
  classes: readonly string[],
): readonly number[] | undefined {
  if (balanced) return balancedWeights(labels, classes)
  if (classWeights.length === 0) return undefined
  if (classWeights.length !== classes.length)
    throw new RecipeError(
      `loss.classWeights must have a number for each of the ${classes.length} classes of the dataset, not ${classWeights.length}.`,
    )
  return classWeights
}

function balancedWeights(labels: Int32Array, classes: readonly string[]): readonly number[] {
  const counts = new Array<number>(classes.length).fill(0)
  for (const label of labels) counts[label]! += 1
  const empty = classes[counts.indexOf(0)]
  if (empty !== undefined)
    throw new DatasetError(
      `The class "${empty}" has no training image, so that it cannot be balanced; turn off loss.balanced, or add images.`,
    )
  return counts.map((count) => labels.length / (classes.length * count))
}

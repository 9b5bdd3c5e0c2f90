import { unusedChanges } from './applies.ts'
import type { Recipe } from './schema.ts'
import { afterTheEnd } from './warnings/after-the-end.ts'
import { givenOf, type DatasetFacts, type RecipeWarning } from './warnings/facts.ts'
import { images } from './warnings/images.ts'
import { learning } from './warnings/learning.ts'
import { split } from './warnings/split.ts'

export type { Colours, DatasetFacts, RecipeWarning } from './warnings/facts.ts'

const checks = [...afterTheEnd, ...learning, ...split, ...images]

/**
 * What of a recipe has no effect or a bad one: the keys that were changed in vain, and what does not fit the length
 * of the run, the other keys or the dataset. Without the dataset, what can be told without it.
 */
export function recipeWarnings(recipe: Recipe, dataset?: DatasetFacts): RecipeWarning[] {
  const given = givenOf(recipe, dataset)
  return [
    ...unusedChanges(recipe).map(({ path, reason }) => ({ path, message: `It has no effect. ${reason}` })),
    ...checks.flatMap((check) => check(given) ?? []),
    ...(dataset?.warnings ?? []).map((message) => ({ path: 'data.dataset', message })),
  ]
}

/** One line. */
export const warningText = ({ path, message }: RecipeWarning): string => `${path}: ${message}`

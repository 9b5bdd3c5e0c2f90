import { basename, dirname } from 'node:path'
import { diffRecipes } from '../../shared/recipe/resolve.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { findCheckpoint } from '../checkpoints/checkpoint-folder.ts'

/** Keys under which the same weights compute something else, so that nothing but the figures would tell. */
const meanings = ['model.padding', 'model.blurPool', 'model.batchNormEpsilon']

/**
 * What of a recipe gives the weights that it starts from another meaning than they were trained with, a sentence each.
 * Nothing where their checkpoint does not say how it was trained. Throws `CheckpointError` where there is none.
 */
export function firstWeightsNotes(recipe: Recipe): string[] {
  const { init, file } = recipe.model
  if (init === '' || file !== '') return []
  const { name, manifest } = findCheckpoint(dirname(init), basename(init))
  if (manifest.recipe === undefined) return []
  return diffRecipes(parseRecipe(manifest.recipe), recipe)
    .filter(({ path }) => meanings.includes(path))
    .map(
      ({ path, before, after }) =>
        `${path}: The weights of ${name} that the run starts from were trained with ${String(before)}, and mean something else with ${String(after)}: set it to ${String(before)}, unless that is meant.`,
    )
}

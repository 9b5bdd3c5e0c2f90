import { existsSync, statSync } from 'node:fs'
import { readRecipeFile } from '../host/recipe-file.ts'
import type { Workbench } from '../host/workbench.ts'
import { UsageError } from '../shared/errors.ts'
import { presets } from '../shared/recipe/presets.ts'
import { resolveRecipe } from '../shared/recipe/resolve.ts'
import type { Recipe } from '../shared/recipe/schema.ts'

/** A complete recipe by the name of a preset, a file, or a run. */
export function findRecipe(wanted: string, workbench: Workbench): Recipe {
  if (presets.some(({ name }) => name === wanted)) return resolveRecipe({ preset: wanted })
  if (existsSync(wanted) && statSync(wanted).isFile()) return resolveRecipe({ document: readRecipeFile(wanted) })
  try {
    return workbench.recipeOf(workbench.runs.find(wanted))
  } catch (error) {
    throw isKnownRun(wanted, workbench)
      ? error
      : new UsageError(
          `${wanted} is neither a preset (${presets.map(({ name }) => name).join(', ')}), nor a recipe file, nor a run.`,
        )
  }
}

function isKnownRun(wanted: string, { runs }: Workbench): boolean {
  const listed = runs.list()
  return wanted === 'last' || [...listed.runs, ...listed.damaged].some(({ id }) => id.startsWith(wanted))
}

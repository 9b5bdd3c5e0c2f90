import { existsSync, readFileSync, statSync } from 'node:fs'
import type { Workbench } from '../host/workbench.ts'
import { RecipeError, UsageError } from '../shared/errors.ts'
import { presets } from '../shared/recipe/presets.ts'
import { resolveRecipe } from '../shared/recipe/resolve.ts'
import type { Recipe } from '../shared/recipe/schema.ts'

/** The content of a recipe file. Throws `RecipeError` with one sentence. */
export function readRecipeFile(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new RecipeError(
      `The recipe ${file} cannot be read (${(error as NodeJS.ErrnoException).code}); check the path.`,
    )
  }
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new RecipeError(`The recipe ${file} is not JSON: ${(error as Error).message}.`)
  }
}

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

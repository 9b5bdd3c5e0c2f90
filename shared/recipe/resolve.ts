import { recipeKeys } from './keys.ts'
import { mergeRecipes } from './merge.ts'
import { findPreset } from './presets.ts'
import type { Recipe } from './schema.ts'
import { applySettings } from './set.ts'
import { parseRecipe } from './validate.ts'

/** The layers of a recipe over the default, each over the one before it. */
export interface RecipeLayers {
  readonly preset?: string
  /** A document as read from a file: a recipe or a part of one. */
  readonly document?: unknown
  /** `key.path=value` */
  readonly settings?: readonly string[]
}

/** The complete recipe that the layers come to. Throws `RecipeError` or, for an unknown preset, `UsageError`. */
export function resolveRecipe({ preset, document = {}, settings = [] }: RecipeLayers): Recipe {
  const base = preset === undefined ? {} : findPreset(preset).recipe
  return parseRecipe(applySettings(mergeRecipes(base, document), settings))
}

export interface RecipeDifference {
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}

/** The keys that differ, in the order of the schema. */
export function diffRecipes(before: Recipe, after: Recipe): RecipeDifference[] {
  return recipeKeys
    .map(({ path, group, name }) => ({
      path,
      before: valueOf(before, group, name),
      after: valueOf(after, group, name),
    }))
    .filter((difference) => JSON.stringify(difference.before) !== JSON.stringify(difference.after))
}

/** The value of a key by its group and name. */
export function valueOf(recipe: Recipe, group: string, name: string): unknown {
  return (recipe as unknown as Record<string, Record<string, unknown>>)[group]?.[name]
}

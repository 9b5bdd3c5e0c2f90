import { recipeKeys } from '../../../shared/recipe/keys.ts'
import { diffRecipes, valueOf } from '../../../shared/recipe/resolve.ts'
import type { Recipe } from '../../../shared/recipe/schema.ts'

/** The paths of the keys in which any two of the recipes differ, in the order of the schema. */
export function differingKeys(recipes: readonly (Recipe | undefined)[]): string[] {
  const [first, ...others] = recipes.filter((recipe) => recipe !== undefined)
  if (!first) return []
  const paths = new Set(others.flatMap((other) => diffRecipes(first, other).map(({ path }) => path)))
  return recipeKeys.map(({ path }) => path).filter((path) => paths.has(path))
}

/** The value of a key, by its path. */
export function recipeValue(recipe: Recipe | undefined, path: string): unknown {
  const [group = '', name = ''] = path.split('.')
  return recipe && valueOf(recipe, group, name)
}

/** A value as it is told to a person. */
export function valueText(value: unknown): string {
  if (value === undefined) return '–'
  if (value === '') return '(empty)'
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value === 'number') return String(Number.isInteger(value) ? value : Number(value.toPrecision(6)))
  if (Array.isArray(value)) return value.map(valueText).join(', ') || '(none)'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

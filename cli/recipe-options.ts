import type { Command } from 'commander'
import { resolveRecipe } from '../shared/recipe/resolve.ts'
import type { Recipe } from '../shared/recipe/schema.ts'
import { readRecipeFile } from '../host/recipe-file.ts'

/** The options that a recipe is put together with. */
export interface RecipeOptions {
  readonly preset?: string
  readonly recipe?: string
  readonly set?: readonly string[]
}

const collect = (value: string, before: readonly string[] = []) => [...before, value]

export const withRecipeOptions = (command: Command): Command =>
  command
    .option('--preset <name>', 'start from a preset ("anneal recipe list")')
    .option('--recipe <file>', 'a recipe or a part of one, as JSON')
    .option('--set <key=value>', 'change a key of the recipe ("anneal recipe docs"); repeatable', collect)

/** @param more `key=value` settings over those of the options */
export const recipeOf = ({ preset, recipe, set = [] }: RecipeOptions, more: readonly string[] = []): Recipe =>
  resolveRecipe({ preset, document: recipe === undefined ? {} : readRecipeFile(recipe), settings: [...set, ...more] })

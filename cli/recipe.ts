import type { Command } from 'commander'
import type { Workbench } from '../host/workbench.ts'
import { recipeKeys } from '../shared/recipe/keys.ts'
import { recipeMarkdown } from '../shared/recipe/markdown.ts'
import { presets } from '../shared/recipe/presets.ts'
import { diffRecipes, resolveRecipe, valueOf, type RecipeDifference } from '../shared/recipe/resolve.ts'
import type { Recipe } from '../shared/recipe/schema.ts'
import { answering } from './answer.ts'
import { findRecipe } from './recipe-document.ts'
import { indent, table, wrap } from './text.ts'

export function addRecipe(program: Command, workbench: Workbench): void {
  const recipe = program.command('recipe').description('presets, and what a recipe holds')
  answering(recipe.command('list').description('list the presets'), () => ({ data: { presets }, text: describePresets() }))
  answering(
    recipe.command('show').description('print a complete recipe').argument('[which]', 'a preset, a recipe file or a run; the default recipe without'),
    (which?: string) => {
      const found = which === undefined ? resolveRecipe({}) : findRecipe(which, workbench)
      return { data: found, text: describeRecipe(found) }
    },
  )
  answering(recipe.command('docs').description('print every key with its meaning, as Markdown'), () => ({ data: { keys: recipeKeys }, text: recipeMarkdown() }))
  answering(
    recipe.command('diff').description('print the keys that differ').argument('<before>', 'a preset, a recipe file or a run').argument('<after>', 'the same'),
    (before: string, after: string) => {
      const differences = diffRecipes(findRecipe(before, workbench), findRecipe(after, workbench))
      return { data: { differences }, text: differences.length === 0 ? 'They are the same.' : describeDifferences(differences) }
    },
  )
}

const describePresets = () => presets.map(({ name, title }) => `${name}\n${indent(wrap(title, 78))}`).join('\n')

function describeRecipe(recipe: Recipe): string {
  return table(recipeKeys.map(({ path, group, name, unit }) => [path, JSON.stringify(valueOf(recipe, group, name)), unit ?? '']))
}

export function describeDifferences(differences: readonly RecipeDifference[]): string {
  return table(differences.map(({ path, before, after }) => [path, JSON.stringify(before), '->', JSON.stringify(after)]))
}

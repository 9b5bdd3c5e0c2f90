import type { Command } from 'commander'
import type { Workbench } from '../host/workbench.ts'
import { whyUnused } from '../shared/recipe/applies.ts'
import { recipeKeys } from '../shared/recipe/keys.ts'
import { recipeMarkdown } from '../shared/recipe/markdown.ts'
import { presets } from '../shared/recipe/presets.ts'
import { diffRecipes, resolveRecipe, valueOf, type RecipeDifference } from '../shared/recipe/resolve.ts'
import type { Recipe } from '../shared/recipe/schema.ts'
import type { Preset } from '../shared/recipe/presets/preset.ts'
import { answering, type Answer } from './answer.ts'
import { addRecipeImport } from './recipe-import.ts'
import { findRecipe } from './recipe-document.ts'
import { indent, paint, table, wrap } from './text.ts'

export function addRecipe(program: Command, workbench: Workbench): void {
  const recipe = program.command('recipe').description('presets, and what a recipe holds')
  answering(recipe.command('list').description('list the presets'), () => ({
    data: { presets },
    text: presets.map(describePreset).join('\n'),
  }))
  answering(
    recipe
      .command('show')
      .description('print a complete recipe')
      .argument('[which]', 'a preset, a recipe file or a run; the default recipe without'),
    (which?: string) => showRecipe(which, workbench),
  )
  answering(recipe.command('docs').description('print every key with its meaning, as Markdown'), () => ({
    data: { keys: recipeKeys },
    text: recipeMarkdown(),
  }))
  answering(
    recipe
      .command('diff')
      .description('print the keys that differ')
      .argument('<before>', 'a preset, a recipe file or a run')
      .argument('<after>', 'the same'),
    (before: string, after: string) => {
      const differences = diffRecipes(findRecipe(before, workbench), findRecipe(after, workbench))
      return {
        data: { differences },
        text: differences.length === 0 ? 'They are the same.' : describeDifferences(differences),
      }
    },
  )
  addRecipeImport(recipe)
}

const describePreset = ({ name, title, source, reported }: Preset) =>
  [
    paint('bold', name),
    ...[title, ...(reported === undefined ? [] : [`Reported: ${reported}`]), `Source: ${source}`].map((line) =>
      indent(wrap(line, 78)),
    ),
  ].join('\n')

function showRecipe(which: string | undefined, workbench: Workbench): Answer {
  const found = which === undefined ? resolveRecipe({}) : findRecipe(which, workbench)
  const preset = presets.find(({ name }) => name === which)
  const text = preset ? `${describePreset(preset)}\n\n${describeRecipe(found)}` : describeRecipe(found)
  return { data: found, text }
}

/** Marks what differs from the default, says what that is, and what of it does nothing. */
function describeRecipe(recipe: Recipe): string {
  const rows = recipeKeys.map(({ path, group, name, initial, unit }) => {
    const [value, usual] = [JSON.stringify(valueOf(recipe, group, name)), JSON.stringify(initial)]
    return [
      path,
      value,
      unit ?? '',
      value === usual ? '' : `default ${usual}`,
      value === usual ? '' : (whyUnused(path, recipe) ?? ''),
    ]
  })
  return table(rows)
}

export function describeDifferences(differences: readonly RecipeDifference[]): string {
  return table(
    differences.map(({ path, before, after }) => [path, JSON.stringify(before), '->', JSON.stringify(after)]),
  )
}

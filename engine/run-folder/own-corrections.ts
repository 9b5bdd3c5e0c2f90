import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { RecipeError } from '../../shared/errors.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { corrections, noCorrections, type Corrections } from '../../shared/run-folder/corrections.ts'
import { runFiles } from '../../shared/run-folder/files.ts'
import { writeJson } from '../../storage/files.ts'
import { SharedJson } from '../../storage/shared-json.ts'

/**
 * The corrections that a recipe asks for; nothing where it asks for none.
 * @throws RecipeError where the file is not there, StorageError where it cannot be read or is none
 */
export function readCorrections({ data: { corrections: path } }: Recipe): Corrections | undefined {
  if (path === '') return undefined
  if (!existsSync(path))
    throw new RecipeError(
      `There is no file ${path}, which data.corrections names; "anneal corrections set" writes one, or leave the key empty.`,
    )
  return new SharedJson({ path, schema: corrections, none: noCorrections, afterwards: 'decide again' }).read()
}

/** Keeps the corrections with the run: the file that they came from goes on growing. */
export const keepCorrections = (runFolder: string, kept: Corrections): void =>
  writeJson(join(runFolder, runFiles.corrections), kept)

/** The recipe with the corrections that the run has kept. */
export function withOwnCorrections(recipe: Recipe, runFolder: string): Recipe {
  const file = join(runFolder, runFiles.corrections)
  return recipe.data.corrections !== '' && existsSync(file)
    ? { ...recipe, data: { ...recipe.data, corrections: file } }
    : recipe
}

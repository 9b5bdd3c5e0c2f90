import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { runFiles } from '../../shared/run-folder/files.ts'
import { writeJson } from '../../storage/files.ts'

/** Keeps the network of `model.file` with the run, in the form of tf.layers and without weights. */
export const keepModel = (runFolder: string, modelTopology: unknown): void =>
  writeJson(join(runFolder, runFiles.model), { format: 'layers-model', modelTopology })

/** The recipe with the network that the run has kept: the file it came from may be another by now. */
export function withOwnModel(recipe: Recipe, runFolder: string): Recipe {
  const file = join(runFolder, runFiles.model)
  return recipe.model.file !== '' && existsSync(file) ? { ...recipe, model: { ...recipe.model, file } } : recipe
}

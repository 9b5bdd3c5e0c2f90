import { checkpointFiles, runFiles } from '../../shared/run-folder/files.ts'
import { existsSync } from 'node:fs'
import { dirname, basename, join, resolve } from 'node:path'
import { RecipeError } from '../../shared/errors.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import type { RunStore } from './run-store.ts'

/**
 * The recipe with whole paths for the files that it names, so that it means the same wherever it is read.
 * Throws `RecipeError` where `model.init` names no checkpoint, `RunError` where its run does not exist.
 */
export function withPlaces(recipe: Recipe, runs: RunStore): Recipe {
  const { file, init } = recipe.model
  const { corrections } = recipe.data
  if (file === '' && init === '' && corrections === '') return recipe
  return {
    ...recipe,
    data: { ...recipe.data, corrections: corrections && resolve(corrections) },
    model: { ...recipe.model, file: file && resolve(file), init: init && checkpointFolder(init, runs) },
  }
}

/** A folder, or a run and one of its checkpoints: `last/best`, `20260101-1200_resnet50_flowers/step-100`. */
function checkpointFolder(init: string, runs: RunStore): string {
  if (existsSync(resolve(init, checkpointFiles.manifest))) return resolve(init)
  const [run, checkpoint] = [dirname(init), basename(init)]
  if (run === '.' || existsSync(resolve(init)))
    throw new RecipeError(
      `model.init must be the folder of a checkpoint, or a run and a checkpoint such as ${run === '.' ? init : basename(init)}/best, not "${init}".`,
    )
  return join(runs.find(run).folder, runFiles.checkpoints, checkpoint)
}

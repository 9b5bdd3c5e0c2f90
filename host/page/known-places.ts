import { existsSync, realpathSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { RecipeError } from '../../shared/errors.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import type { Home } from '../machine/home.ts'

/**
 * The recipe of a page with whole paths for the files that it names: a page cannot make the host read a model from
 * outside the home's models, nor corrections or a checkpoint from outside its folders of them. Throws `RecipeError`.
 */
export function withKnownPlaces(recipe: Recipe, home: Home): Recipe {
  const { file, init } = recipe.model
  const { corrections } = recipe.data
  if (file === '' && init === '' && corrections === '') return recipe
  return {
    ...recipe,
    data: { ...recipe.data, corrections: corrections && correctionsFile(corrections, home) },
    model: { ...recipe.model, file: file && modelFile(file, home), init: init && checkpoint(init, home) },
  }
}

function modelFile(file: string, { models }: Home): string {
  const path = resolve(models, file)
  if (existsSync(path) && isInside(path, models)) return path
  throw new RecipeError(`model.file must be a file in ${models}, not "${file}"; copy the model there with its weights.`)
}

function correctionsFile(file: string, { corrections }: Home): string {
  const path = resolve(corrections, file)
  if (existsSync(path) && isInside(path, corrections)) return path
  throw new RecipeError(`data.corrections must be a file in ${corrections}, not "${file}"; copy it there.`)
}

/** What may be a run and a checkpoint stays as it is. */
function checkpoint(init: string, { runs }: Home): string {
  if (/^[^/\\]+[/\\][^/\\]+$/.test(init) && !init.startsWith('.') && !/[/\\]\.\.?$/.test(init)) return init
  if (existsSync(init) && isInside(resolve(init), runs)) return init
  throw new RecipeError(`model.init must be a run and one of its checkpoints, such as last/best, not "${init}".`)
}

/** Links followed. */
const isInside = (path: string, folder: string) =>
  existsSync(folder) && realpathSync(path).startsWith(join(realpathSync(folder), sep))

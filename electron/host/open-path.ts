import { realpathSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { readRecipeFile } from '../../host/recipe-file.ts'
import { RecipeError, UsageError } from '../../shared/errors.ts'
import { resolveRecipe } from '../../shared/recipe/resolve.ts'
import type { WindowCommand } from '../../shared/contract/window.ts'

/** Bytes that a recipe has at most: a whole one takes some thousand. */
const LARGEST = 1024 ** 2

/**
 * What the page is told to show for a file or folder that a person opens Anneal with: a recipe, or a run of this home.
 * Throws `RecipeError` or `UsageError` with one sentence.
 * @param runs the home's folder of runs
 */
export function openPath(path: string, runs: string): WindowCommand {
  const real = realPath(path)
  const stats = real === undefined ? undefined : statSync(real)
  if (real === undefined || stats === undefined) throw new UsageError(`${path} is not there, so it cannot be opened.`)
  if (stats.isDirectory()) return openRun(real, path, runs)
  if (basename(real) === 'run.json') return openRun(dirname(real), path, runs)
  if (!stats.isFile() || stats.size > LARGEST)
    throw new RecipeError(`${path} is no recipe: that is a file of JSON of at most 1 MiB.`)
  return { name: 'open-recipe', file: basename(path), recipe: readRecipe(real, path) }
}

function openRun(folder: string, path: string, runs: string): WindowCommand {
  if (!isFile(`${folder}/run.json`)) throw new UsageError(`${path} is neither a recipe nor the folder of a run.`)
  if (dirname(folder) === realPath(runs)) return { name: 'go', path: `/runs/${encodeURIComponent(basename(folder))}` }
  throw new UsageError(`${path} is a run that is not in this home; copy its folder into ${runs} to see it here.`)
}

function readRecipe(file: string, path: string) {
  const document = readRecipeFile(file, path)
  try {
    return resolveRecipe({ document })
  } catch (error) {
    throw new RecipeError(`${path} is no recipe of Anneal: ${(error as Error).message}`)
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() === true

import { readFileSync } from 'node:fs'
import { RecipeError } from '../shared/errors.ts'

/**
 * The content of a recipe file. Throws `RecipeError` with one sentence.
 * @param name of the file as the person knows it
 */
export function readRecipeFile(file: string, name = file): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new RecipeError(
      code === undefined
        ? `The recipe ${name} is not JSON: ${message}.`
        : `The recipe ${name} cannot be read (${code}); check the path.`,
    )
  }
}

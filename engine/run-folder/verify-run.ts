import { basename, join } from 'node:path'
import { CheckpointError, RunError } from '../../shared/errors.ts'
import { diffRecipes } from '../../shared/recipe/resolve.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { parseRecipe } from '../../shared/recipe/validate.ts'
import { runFiles } from '../../shared/run-folder/files.ts'
import type { CheckpointManifest } from '../../shared/run-folder/manifest.ts'
import { parseRunRecord, type RunRecord } from '../../shared/run-folder/record.ts'
import { readJson } from '../../storage/files.ts'
import { ChecksumMismatch, fitsOneOf, readSealed, valueSha256 } from '../../storage/sealed-json.ts'

/** What a run is, as its folder tells it. */
export interface RunFacts {
  readonly record: RunRecord
  readonly recipe: Recipe
}

/** Files that a run's record keeps the checksums of. */
const kept = [runFiles.recipe, runFiles.model, runFiles.corrections]

/** Of the files that belong together, for the record: whoever writes one of them writes the record after it. */
export function runChecksums(folder: string): Record<string, string> {
  const documents = kept.map((name) => [name, readJson(join(folder, name))] as const)
  return Object.fromEntries(
    documents.flatMap(([name, document]) => (document === undefined ? [] : [[name, valueSha256(document)]])),
  )
}

/** Reads the record and the recipe of a run. Throws `RunError` where one of them, or its network, was changed. */
export function readRunFacts(folder: string): RunFacts {
  const id = basename(folder)
  const record = parseRunRecord(readWhole(folder, runFiles.record, readSealed), id)
  for (const name of kept)
    if (!fitsOneOf(readWhole(folder, name, readJson), [record.checksums?.[name], record.checksumsBefore?.[name]]))
      throw changed(id, name)
  return { record, recipe: parseRecipe(readWhole(folder, runFiles.recipe, readJson)) }
}

function readWhole(folder: string, name: string, read: (path: string) => unknown): unknown {
  try {
    return read(join(folder, name))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof ChecksumMismatch) throw changed(basename(folder), name)
    throw error
  }
}

const changed = (id: string, name: string) =>
  new RunError(`The ${name} of ${id} is damaged or was changed since Anneal wrote it; restore that file.`)

/** Over the part of a record that every start of a run leaves as it is; its folder and its dataset may be moved. */
export const identityOf = ({ created, dataset: { classes, fingerprint } }: RunRecord): string =>
  valueSha256({ created, classes, fingerprint })

/** A run may be trained for longer than was planned when a checkpoint was saved; its record tells whether that was Anneal. */
const lengths = new Set(['schedule.epochs', 'schedule.steps'])

/**
 * Throws `CheckpointError` where a checkpoint was saved by another run, or with another recipe. The recipe lies in the
 * manifest as a whole: keys that a later Anneal adds get their defaults in both, where a checksum would differ.
 */
export function checkBelongs(name: string, manifest: CheckpointManifest, { record, recipe }: RunFacts): void {
  if (manifest.run !== undefined && manifest.run !== identityOf(record))
    throw another(name, runFiles.record, 'its time, classes or images differ')
  if (manifest.recipe === undefined) return
  const [other] = diffRecipes(parseRecipe(manifest.recipe), recipe).filter(({ path }) => !lengths.has(path))
  if (other) throw another(name, runFiles.recipe, `${other.path} differs`)
}

const another = (name: string, file: string, why: string) =>
  new CheckpointError(
    `The ${file} of the run is not the one that ${name} was saved with (${why}); restore that file, or use another checkpoint with --checkpoint.`,
  )

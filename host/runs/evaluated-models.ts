import { createHash, type Hash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { RunRecord } from '../../shared/run-folder/record.ts'
import { StorageError } from '../../shared/errors.ts'
import { storing } from '../../storage/files.ts'
import { wholeFolders } from '../../storage/write-folder.ts'
import { openRegular } from '../../storage/regular-file.ts'
import type { Home } from '../machine/home.ts'

/** A run, or a SavedModel that is known by its content: what has evaluations. */
export interface EvaluatedNetwork {
  readonly id: string
  /** What holds its evaluations. */
  readonly folder: string
  /** Of a run. */
  readonly record?: RunRecord
}

export const SAVED_MODEL = 'saved_model.pb'

/** Whether something that was named is the folder of a SavedModel. */
export const isSavedModel = (wanted: string): boolean => existsSync(join(resolve(wanted), SAVED_MODEL))

/**
 * A SavedModel as what has evaluations. Its folder may be anybody's, so they are kept in the home, under its name and
 * the beginning of a hash of its graph and weights: they are found wherever it lies, and another model that takes its
 * place has its own.
 * @throws StorageError where it cannot be read
 */
export async function evaluatedModel(home: Home, folder: string): Promise<EvaluatedNetwork> {
  const path = resolve(folder)
  const id = `${plainName(basename(path))}-${await markOf(path)}`
  return { id, folder: join(home.evaluations, id) }
}

/** As the ids of runs are written: a page asks for both alike. */
const plainName = (name: string) =>
  name
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 150) || 'model'

/** The SavedModels that were evaluated, by their ids. */
export function keptModels({ evaluations }: Home): EvaluatedNetwork[] {
  return [...wholeFolders(evaluations)].map(([id, folder]) => ({ id, folder })).sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** A SavedModel that was evaluated, by its id. */
export function keptModel(home: Home, id: string): EvaluatedNetwork | undefined {
  const folder = join(home.evaluations, id)
  return id !== '' && basename(folder) === id && existsSync(folder) ? { id, folder } : undefined
}

async function markOf(folder: string): Promise<string> {
  const hash = createHash('sha256')
  // The index of the weights has a checksum of each.
  for (const name of [SAVED_MODEL, join('variables', 'variables.index')]) {
    const file = join(folder, name)
    if (existsSync(file)) await storing(file, () => addTo(hash, file))
  }
  return hash.digest('hex').slice(0, 8)
}

function addTo(hash: Hash, file: string): Promise<void> {
  const refuse = (what: string) => new StorageError(`${file} cannot be used: it ${what}.`)
  const { descriptor } = openRegular(file, MOST_BYTES, refuse)
  return pipeline(createReadStream('', { fd: descriptor, highWaterMark: 1 << 20 }), hash, { end: false })
}

/** Protocol buffers hold no more. */
const MOST_BYTES = 2 ** 31 - 1

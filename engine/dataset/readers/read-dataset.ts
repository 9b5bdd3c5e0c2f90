import { DatasetError } from '../../../shared/errors.ts'
import { datasetKinds, type DatasetKind } from './dataset-kinds.ts'
import type { ListedDataset, ReaderOptions } from './listing.ts'
import { statOf, visibleEntries } from './entries.ts'

/**
 * Recognises how a dataset is laid out, and lists it.
 * @param path absolute: a folder, or a file of a kind that is one
 * @throws DatasetError for what is not there or of no known layout, saying what was seen
 */
export async function readDataset(path: string, options: ReaderOptions): Promise<ListedDataset> {
  const kind = await recognise(path)
  return { kind, ...(await kindOf(kind).read(path, options)) }
}

/** What people call a kind of dataset. */
export const calledOf = (kind: string): string => kindOf(kind).called

/** The kind of a dataset, from the names of its files. Throws `DatasetError` as {@link readDataset} does. */
export async function recognise(path: string): Promise<string> {
  const stats = statOf(path)
  if (!stats) throw new DatasetError(`There is no folder ${path}; check the path of the dataset.`)
  const isFile = !stats.isDirectory()
  for (const { name, file, recognises } of datasetKinds)
    if ((!isFile || file !== undefined) && (await recognises(path))) return name
  throw new DatasetError(isFile ? refusedFile(path) : refusedFolder(path))
}

const kindOf = (name: string): DatasetKind => datasetKinds.find((kind) => kind.name === name)!

function refusedFile(path: string): string {
  const files = datasetKinds.flatMap(({ file }) => file ?? [])
  return `${path} is a file, not a folder: name the folder that holds the dataset, or ${files.join(' or ')}.`
}

function refusedFolder(path: string): string {
  const entries = visibleEntries(path)
  if (entries.length === 0)
    return `The folder ${path} is empty: check the path, or put images in it as train/<class>/<image> and val/<class>/<image>.`
  const seen = `${entries.slice(0, 5).join(', ')}${entries.length > 5 ? ', ...' : ''}`
  // The plainest kind is recognised last, and told first.
  const layouts = datasetKinds.map(({ layout }) => layout).reverse()
  return `${path} is no dataset: it holds ${seen}, and known are these: ${layouts.join('; ')}.`
}

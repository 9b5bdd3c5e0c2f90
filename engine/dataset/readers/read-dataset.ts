import { DatasetError } from '../../../shared/errors.ts'
import { datasetKinds, type DatasetKind } from './dataset-kinds.ts'
import type { ListedDataset, ReaderOptions } from './listing.ts'
import { isFolder, kindByName, statOf, visibleEntries, visibleFolders } from './entries.ts'

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
  const kind = await kindAt(path, isFile)
  if (kind) return kind.name
  throw new DatasetError(isFile ? refusedFile(path) : await refusedFolder(path))
}

async function kindAt(path: string, isFile: boolean): Promise<DatasetKind | undefined> {
  for (const kind of datasetKinds)
    if ((!isFile || kind.file !== undefined) && (await kind.recognises(path))) return kind
  return undefined
}

const kindOf = (name: string): DatasetKind => datasetKinds.find((kind) => kind.name === name)!

function refusedFile(path: string): string {
  const files = datasetKinds.flatMap(({ file }) => file ?? [])
  return `${path} is a file, not a folder: name the folder that holds the dataset, or ${files.join(' or ')}.`
}

async function refusedFolder(path: string): Promise<string> {
  const entries = visibleEntries(path)
  const known = entries.length > 0 ? ((await below(path)) ?? reasonOfFiles(path, entries)) : undefined
  if (known !== undefined) return known
  if (entries.length === 0)
    return `The folder ${path} is empty: check the path, or put images in it as train/<class>/<image> and val/<class>/<image>.`
  const seen = `${entries.slice(0, 5).join(', ')}${entries.length > 5 ? ', ...' : ''}`
  // The plainest kind is recognised last, and told first.
  const layouts = datasetKinds.map(({ layout }) => layout).reverse()
  return `${path} is no dataset: it holds ${seen}, and known are these: ${layouts.join('; ')}.`
}

/** How deep the only folder is looked into for a dataset of another kind. */
const MOST_LEVELS = 4

/** Where the only folder, or the only one in that, is a dataset. */
async function below(path: string): Promise<string | undefined> {
  let place = path
  for (let level = 0; level < MOST_LEVELS; level++) {
    const [only, ...others] = visibleFolders(place)
    if (typeof only !== 'string' || others.length > 0) return undefined
    place = `${place}/${only}`
    const kind = await kindAt(place, false)
    if (kind) return `${path} is no dataset, but ${place} in it is (${kind.called}): name that folder.`
  }
  return undefined
}

/** What is often tried, by a name in the folder. */
const others: readonly { readonly name: RegExp; readonly says: string }[] = [
  {
    name: /^(data_batch_1|test_batch|batches\.meta|meta)$/,
    says: 'is CIFAR in Python\'s form, which is not read: fetch the binary one with "anneal datasets fetch cifar10" or cifar100',
  },
  { name: /\.(zip|tar|tgz|tar\.gz|tar\.bz2|tar\.xz|7z|rar)$/i, says: 'holds archives: unpack them' },
  {
    name: /\.(npz|npy|mat|h5|hdf5|pkl|pickle|parquet|arrow|rec|lmdb|mdb)$/i,
    says: 'holds arrays or tables of images, which are not read: save the images as files, in a folder a class',
  },
]

function reasonOfFiles(path: string, entries: readonly string[]): string | undefined {
  if (entries.some((name) => kindByName(name) === 'image' && !isFolder(`${path}/${name}`)))
    return `${path} holds images in no folders of classes: sort them into <class>/<image>, or list them with their labels in a file manifest.csv.`
  for (const { name, says } of others) {
    const found = entries.find((entry) => name.test(entry))
    if (found !== undefined) return `${path} ${says} (${found}).`
  }
  return undefined
}

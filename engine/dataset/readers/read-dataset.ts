import { DatasetError } from '../../../shared/errors.ts'
import type { DatasetKind } from '../image-index/split-index.ts'
import { cifarLayout, isCifar, readCifar } from './cifar.ts'
import { idxLayout, isIdx, readIdx } from './idx.ts'
import { imageFolderLayout, readImageFolder, splitFolder } from './image-folder.ts'
import type { Listing, ReaderOptions } from './listing.ts'
import { findManifest, manifestLayout, readManifest } from './manifest.ts'
import { readTfRecordFolder, tfRecordLayout, tfRecordShards } from './tfrecord.ts'
import { isImageName, statOf, visibleEntries, visibleFolders } from './walk-images.ts'

const layouts = [imageFolderLayout, tfRecordLayout, cifarLayout, idxLayout, manifestLayout].join('; ')

/**
 * Recognises how a dataset is laid out, and lists it.
 * @param path absolute: a folder, or a manifest
 * @throws DatasetError for what is not there or of no known layout, saying what was seen
 */
export async function readDataset(path: string, options: ReaderOptions): Promise<Listing> {
  const kind = recognise(path)
  switch (kind) {
    case 'manifest':
      return readManifest(findManifest(path)!, options)
    case 'tfrecord':
      return readTfRecordFolder(path, options)
    case 'cifar':
      return readCifar(path, options)
    case 'idx':
      return readIdx(path, options)
    case 'image-folder':
      return readImageFolder(path, options)
  }
}

/** How a dataset is laid out, from the names of its files. Throws `DatasetError` as {@link readDataset} does. */
export function recognise(path: string): DatasetKind {
  const stats = statOf(path)
  if (!stats) throw new DatasetError(`There is no folder ${path}; check the path of the dataset.`)
  if (findManifest(path) !== undefined) return 'manifest'
  if (!stats.isDirectory()) throw new DatasetError(`${path} is a file, not a folder: ${manifestLayout}.`)
  if (tfRecordShards(path).train.length > 0) return 'tfrecord'
  if (isCifar(path)) return 'cifar'
  if (isIdx(path)) return 'idx'
  if (splitFolder(path, 'train') !== undefined || looksLikeClasses(path)) return 'image-folder'
  if (visibleEntries(path).length === 0)
    throw new DatasetError(
      `The folder ${path} is empty: check the path, or put images in it as train/<class>/<image> and val/<class>/<image>.`,
    )
  throw new DatasetError(`${path} is no dataset: it holds ${seen(path)}, and known are these: ${layouts}.`)
}

/** How deep the first image below a class is looked for. */
const DEPTH = 4

/** Whether there are folders with images in them. */
const looksLikeClasses = (path: string) => visibleFolders(path).some((name) => holdsImage(`${path}/${name}`, DEPTH))

function holdsImage(folder: string, depth: number): boolean {
  const entries = visibleEntries(folder)
  return (
    entries.some(isImageName) ||
    (depth > 0 &&
      entries.some(
        (name) => (statOf(`${folder}/${name}`)?.isDirectory() ?? false) && holdsImage(`${folder}/${name}`, depth - 1),
      ))
  )
}

function seen(path: string): string {
  const entries = visibleEntries(path)
  return `${entries.slice(0, 5).join(', ')}${entries.length > 5 ? ', ...' : ''}`
}

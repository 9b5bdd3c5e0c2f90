import { DatasetError } from '../../../shared/errors.ts'
import type { Split } from '../../../shared/run.ts'
import { imageExtensions } from '../image-kind.ts'
import type { FileColumns } from '../split-index.ts'
import { checkClasses, Collector, holdOut, type Listing, type ReaderOptions } from './listing.ts'
import { isFolder, visibleFolders, walkImages } from './walk-images.ts'

export const imageFolderLayout = 'an image folder holds train/<class>/<image> and val/<class>/<image>, or <class>/<image> alone'
const folderNames: Readonly<Record<Split, readonly string[]>> = { train: ['train', 'training'], val: ['val', 'validation', 'valid', 'test'] }

/**
 * Lists a folder of the form `train|val/<class>/.../<image>`, or `<class>/.../<image>`, of which a share is held
 * out for validation: so it is too where there is a `train` folder and none to validate. The validation folder
 * may also be called `validation`, `valid` or `test`, and upper case counts as lower.
 * @param root absolute
 * @throws DatasetError for a folder of another form, or a class without images
 */
export async function readImageFolder(root: string, options: ReaderOptions): Promise<Listing> {
  const train = splitFolder(root, 'train')
  const val = splitFolder(root, 'val')
  const listing = train !== undefined && val !== undefined ? await readSplits(root, { train, val }, options) : await readOne(root, train ?? val, options)
  for (const split of ['train', 'val'] as const) checkClasses(`${root}/${listing.names[split]}`, listing.classes, listing.splits[split].labels)
  return listing
}

async function readSplits(root: string, names: Record<Split, string>, options: ReaderOptions): Promise<Listing> {
  const classFolders = { train: visibleFolders(`${root}/${names.train}`), val: visibleFolders(`${root}/${names.val}`) }
  const classes = [...new Set([...classFolders.train, ...classFolders.val])].sort()
  const train = await listClasses(root, names.train, classes, options)
  const before = train.paths.length
  const val = await listClasses(root, names.val, classes, { ...options, onListed: (count) => options.onListed(before + count) })
  if (train.paths.length + val.paths.length === 0) throw noImages(root)
  return { kind: 'image-folder', root, classes, names, splits: { train, val } }
}

/** @param folder of all images, where that is not the root itself */
async function readOne(root: string, folder: string | undefined, options: ReaderOptions): Promise<Listing> {
  const classes = visibleFolders(folder === undefined ? root : `${root}/${folder}`)
  const all = await listClasses(root, folder, classes, options)
  if (all.paths.length === 0) throw noImages(root)
  const name = folder ?? '.'
  checkTwoEach(root, classes, all.labels)
  return { kind: 'image-folder', root, classes, names: { train: name, val: name }, splits: holdOut(all, classes.length, options) }
}

function checkTwoEach(root: string, classes: readonly string[], labels: Int32Array): void {
  const counts = new Array<number>(classes.length).fill(0)
  for (const label of labels) counts[label]! += 1
  const few = counts.findIndex((count) => count < 2)
  if (few >= 0)
    throw new DatasetError(
      `The class "${classes[few]}" has ${counts[few] === 0 ? 'no images' : 'only one image'} in ${root}, too few to hold some out for validation: add images, or give the dataset train and val folders.`,
    )
}

const noImages = (root: string) => new DatasetError(`${root} holds no images (${[...imageExtensions].join(', ')}): ${imageFolderLayout}.`)

/** What the folder of a split is called here. */
export function splitFolder(root: string, split: Split): string | undefined {
  const entries = visibleFolders(root)
  for (const wanted of folderNames[split]) {
    const found = entries.find((name) => name.toLowerCase() === wanted)
    if (found !== undefined) return found
  }
  return undefined
}

async function listClasses(root: string, folder: string | undefined, classes: readonly string[], { onListed }: ReaderOptions): Promise<FileColumns> {
  const images = new Collector()
  const outer = folder === undefined ? [root] : [root, `${root}/${folder}`]
  for (const [label, name] of classes.entries()) {
    const path = folder === undefined ? name : `${folder}/${name}`
    if (!isFolder(`${root}/${path}`)) continue
    await walkImages(`${root}/${path}`, path, outer, (file, bytes, mtime) => images.add(file, label, bytes, mtime))
    onListed(images.length)
  }
  return images.columns()
}

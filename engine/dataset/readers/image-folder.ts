import { DatasetError } from '../../../shared/errors.ts'
import type { Split } from '../../../shared/recipe/split.ts'
import { imageExtensions } from '../image-kind.ts'
import { checkClasses, Collector, type Listing, type ReaderOptions } from './listing.ts'
import { Sources } from './sources.ts'
import { isFolder, isImageName, visibleEntries, visibleFolders, walkImages, type OnImage } from './walk-images.ts'

export const imageFolderLayout =
  'an image folder holds train/<class>/<image> and val/<class>/<image>, or <class>/<image> alone'
const folderNames: Readonly<Record<Split, readonly string[]>> = {
  train: ['train', 'training'],
  val: ['val', 'validation', 'valid', 'test'],
}

/**
 * Lists a folder of the form `train|val/<class>/.../<image>`, or `<class>/.../<image>`, of which a share is held
 * out for validation: so it is too where there is a `train` folder and none to validate. The validation folder
 * may also be called `validation`, `valid` or `test`, and upper case counts as lower.
 * @param root absolute
 * @throws DatasetError for a folder of another form, or a class without images
 */
export async function readImageFolder(root: string, { onListed }: ReaderOptions): Promise<Listing> {
  const images = new Collector()
  const sources = new Sources()
  sources.add(root)
  const { train, val } = splitFolders(root)
  const folders = train !== undefined && val !== undefined ? [train, val] : [train ?? val]
  for (const folder of folders) if (folder !== undefined) sources.add(`${root}/${folder}`)
  const classes = [
    ...new Set(folders.flatMap((folder) => visibleFolders(folder === undefined ? root : `${root}/${folder}`))),
  ].sort()
  const ends: number[] = []
  for (const folder of folders) {
    await listClasses(root, folder, classes, { images, sources, onListed })
    ends.push(images.length)
  }
  if (images.length === 0) throw noImages(root)
  const [first = '.', second = first] = folders
  const files = images.columns()
  const listing: Listing = {
    root,
    classes,
    names: { train: first, val: second },
    files,
    sources: sources.all(),
    ...(folders.length === 2 && { trained: ends[0]! }),
  }
  checkSplits(listing)
  return listing
}

function checkSplits({ root, classes, names, files, trained }: Listing): void {
  if (trained === undefined) return checkTwoEach(root, classes, files.labels)
  checkClasses(`${root}/${names.train}`, classes, files.labels.subarray(0, trained))
  checkClasses(`${root}/${names.val}`, classes, files.labels.subarray(trained))
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

const noImages = (root: string) =>
  new DatasetError(`${root} holds no images (${[...imageExtensions].join(', ')}): ${imageFolderLayout}.`)

/**
 * The folders of the splits. Without one to train on, a folder `test` may be a class like the others beside it: it
 * is one if it holds images itself, and could be either if it holds folders.
 */
function splitFolders(root: string): { train?: string | undefined; val?: string | undefined } {
  const [train, val] = [splitFolder(root, 'train'), splitFolder(root, 'val')]
  if (train !== undefined || val === undefined || visibleFolders(root).length === 1) return { train, val }
  if (visibleFolders(`${root}/${val}`).length === 0) return {}
  throw new DatasetError(
    `${root} has a folder ${val} with folders in it and none called train: move the classes to train on into a folder train, or ${val} somewhere else.`,
  )
}

/** How deep the first image below a class is looked for. */
const DEPTH = 4

/** Whether there is a folder to train on, or there are folders with images in them. */
export const isImageFolder = (root: string): boolean =>
  splitFolder(root, 'train') !== undefined || visibleFolders(root).some((name) => holdsImage(`${root}/${name}`, DEPTH))

function holdsImage(folder: string, depth: number): boolean {
  const entries = visibleEntries(folder)
  return (
    entries.some(isImageName) ||
    (depth > 0 && entries.some((name) => isFolder(`${folder}/${name}`) && holdsImage(`${folder}/${name}`, depth - 1)))
  )
}

/** What the folder of a split is called here. */
function splitFolder(root: string, split: Split): string | undefined {
  const entries = visibleFolders(root)
  for (const wanted of folderNames[split]) {
    const found = entries.find((name) => name.toLowerCase() === wanted)
    if (found !== undefined) return found
  }
  return undefined
}

interface Found {
  readonly images: Collector
  readonly sources: Sources
  readonly onListed: ReaderOptions['onListed']
}

/** @param folder of the classes, where that is not the root itself */
async function listClasses(
  root: string,
  folder: string | undefined,
  classes: readonly string[],
  { images, sources, onListed }: Found,
): Promise<void> {
  const outer = folder === undefined ? [root] : [root, `${root}/${folder}`]
  for (const [label, name] of classes.entries()) {
    const path = folder === undefined ? name : `${folder}/${name}`
    if (!isFolder(`${root}/${path}`)) continue
    const onImage: OnImage = (file, bytes, mtime) => images.add(file, label, bytes, mtime)
    await walkImages(`${root}/${path}`, path, outer, onImage, (visited, mtime) => sources.add(visited, mtime))
    onListed(images.length)
  }
}

import { DatasetError } from '../../../shared/errors.ts'
import type { Split } from '../../../shared/run.ts'
import { imageExtensions } from '../image-kind.ts'
import type { FileColumns } from '../split-index.ts'
import { statOf, visibleEntries, walkImages } from './walk-images.ts'

/** What is in an ImageFolder, before any image has been opened. */
export interface ImageFolder {
  /** The folders below either split, in code unit order. */
  readonly classes: readonly string[]
  /** What the folder of a split is called here. */
  readonly folders: Readonly<Record<Split, string>>
  readonly splits: Readonly<Record<Split, FileColumns>>
}

const layout = 'an image folder holds train/<class>/<image> and val/<class>/<image>'
const folderNames: Readonly<Record<Split, readonly string[]>> = { train: ['train'], val: ['val', 'validation', 'valid', 'test'] }

/**
 * Lists a folder of the form `train|val/<class>/.../<image>`. The validation folder may also be called
 * `validation`, `valid` or `test`, and upper case counts as lower.
 * @param root absolute
 * @throws DatasetError for a folder that is missing or has another form, or a class without images
 */
export async function readImageFolder(root: string): Promise<ImageFolder> {
  checkIsFolder(root)
  const folders = { train: splitFolder(root, 'train'), val: splitFolder(root, 'val') }
  const classFolders = { train: subfolders(root, folders.train), val: subfolders(root, folders.val) }
  const classes = [...new Set([...classFolders.train, ...classFolders.val])].sort()
  const splits = { train: await listSplit(root, folders.train, classes), val: await listSplit(root, folders.val, classes) }
  if (splits.train.paths.length + splits.val.paths.length === 0)
    throw new DatasetError(`${root} holds no images (${[...imageExtensions].join(', ')}): ${layout}.`)
  for (const split of ['train', 'val'] as const) checkClasses(root, folders[split], classes, splits[split].labels)
  return { classes, folders, splits }
}

const isFolder = (path: string) => statOf(path)?.isDirectory() ?? false

function checkIsFolder(root: string): void {
  const stats = statOf(root)
  if (!stats) throw new DatasetError(`There is no folder ${root}; check the path of the dataset.`)
  if (!stats.isDirectory()) throw new DatasetError(`${root} is a file, not a folder: ${layout}.`)
}

function splitFolder(root: string, split: Split): string {
  const entries = visibleEntries(root).filter((name) => isFolder(`${root}/${name}`))
  for (const wanted of folderNames[split]) {
    const found = entries.find((name) => name.toLowerCase() === wanted)
    if (found !== undefined) return found
  }
  const seen = entries.length === 0 ? 'no folders' : `${entries.slice(0, 5).join(', ')}${entries.length > 5 ? ', ...' : ''}`
  throw new DatasetError(`${root} has no ${split} folder: ${layout}, but this one holds ${seen}.`)
}

const subfolders = (root: string, folder: string) => visibleEntries(`${root}/${folder}`).filter((name) => isFolder(`${root}/${folder}/${name}`))

async function listSplit(root: string, folder: string, classes: readonly string[]): Promise<FileColumns> {
  const paths: string[] = []
  const [labels, bytes, mtimes] = [[], [], []] as [number[], number[], number[]]
  for (const [label, name] of classes.entries()) {
    const path = `${folder}/${name}`
    if (!isFolder(`${root}/${path}`)) continue
    walkImages(`${root}/${path}`, path, [root, `${root}/${folder}`], (file, size, mtime) => {
      paths.push(file)
      labels.push(label)
      bytes.push(size)
      mtimes.push(mtime)
    })
    // Reading folders blocks: let others have their turn.
    await new Promise(setImmediate)
  }
  return { paths, labels: Int32Array.from(labels), bytes: Float64Array.from(bytes), mtimes: Float64Array.from(mtimes) }
}

/** Throws `DatasetError` for a class that has no image in a split. */
export function checkClasses(root: string, folder: string, classes: readonly string[], labels: Int32Array, kind = 'images'): void {
  const used = new Set(labels)
  const empty = classes.find((_, label) => !used.has(label))
  if (empty !== undefined) throw new DatasetError(`The class "${empty}" has no ${kind} in ${root}/${folder}: add some, or remove the class from train and val.`)
}

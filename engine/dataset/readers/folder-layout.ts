import type { LeftOut } from '../../../shared/contract/trainer.ts'
import { DatasetError } from '../../../shared/errors.ts'
import type { Split } from '../../../shared/recipe/split.ts'
import { joined, textOf, type DiskPath } from './disk-path.ts'
import { entriesOf, isFolder, kindByName, visible, visibleFolders } from './entries.ts'
import { chooseSplits, splitNameOf } from './split-names.ts'
import { holdsImage } from './walk-images.ts'

/** Which folders of an image folder are what. Paths are relative to the root; '' is the root itself. */
export interface FolderLayout {
  /** Absent where classes lie side by side and a share is to be held out of them. */
  readonly isSplit: boolean
  readonly folders: Partial<Record<Split, string>>
  readonly leftOut: readonly LeftOut[]
  /** What was decided where it could have been otherwise: a sentence each. */
  readonly notes: readonly string[]
}

/** How deep images are looked for below a folder. */
const DEPTH = 5
/** How many levels above the splits or classes may be named. */
const MOST_LEVELS = 4

/** Whether there is a folder to train on, or there are folders with images in them. */
export async function isImageFolder(root: string): Promise<boolean> {
  const folders = visibleFolders(root)
  if (chooseSplits(folders.map(textOf)) !== undefined) return true
  for (const name of folders) if (await holdsImage(joined(root, name), DEPTH)) return true
  return false
}

/**
 * Finds the folders of the splits, or of the classes where there are none: in the folder itself, or below it where it
 * leads to nothing else.
 * @param root absolute
 * @throws DatasetError where several datasets lie side by side, or it cannot be seen what a folder is
 */
export async function layoutOf(root: string): Promise<FolderLayout> {
  const leftOut: LeftOut[] = []
  let folder = ''
  for (let level = 0; level < MOST_LEVELS; level++) {
    const below = await nextLevel(root, folder, leftOut)
    if (below === undefined) break
    folder = below
  }
  const notes = folder === '' ? [] : [`The dataset is the folder ${folder} in it.`]
  const place = `${root}${folder && `/${folder}`}`
  const names = visibleFolders(place).map(textOf)
  const chosen = chooseSplits(names) ?? loneSplit(place, names)
  if (!chosen) return { isSplit: false, folders: { train: folder }, leftOut, notes }
  for (const name of names)
    if (!Object.values(chosen).includes(name))
      leftOut.push({ path: pathOf(folder, name), reason: await reasonOf(place, name) })
  return { ...(await asSplits(root, folder, chosen)), leftOut, notes: [...notes, ...noteOf(chosen)] }
}

const pathOf = (folder: string, name: string) => (folder === '' ? name : `${folder}/${name}`)

async function reasonOf(place: string, name: string): Promise<string> {
  if (!(await holdsImage(`${place}/${name}`, DEPTH))) return 'holds no images'
  const split = splitNameOf(name)?.split
  return split === undefined ? 'is none of the splits' : `is another folder for ${split}`
}

/** The one folder below in which the dataset is; `undefined` where it is here. Adds what is beside it. */
async function nextLevel(root: string, folder: string, leftOut: LeftOut[]): Promise<string | undefined> {
  const place = folder === '' ? root : `${root}/${folder}`
  const names = visibleFolders(place)
  const texts = names.map(textOf)
  if (chooseSplits(texts) !== undefined) return undefined
  const withSplits = names.filter((name) => typeof name === 'string' && hasSplits(`${place}/${name}`)) as string[]
  if (withSplits.length > 1)
    throw new DatasetError(
      `${place} holds ${withSplits.length} datasets, each with a folder to train on (${withSplits.slice(0, 5).join(', ')}): name one of them.`,
    )
  const [inner] = withSplits
  if (inner === undefined) return loneFolder(place, folder, names)
  for (const name of texts)
    if (name !== inner) leftOut.push({ path: pathOf(folder, name), reason: await reasonOf(place, name) })
  return pathOf(folder, inner)
}

/** Whether the folders of a training split and another one are in it: one alone may be a class that is called so. */
function hasSplits(place: string): boolean {
  const chosen = chooseSplits(visibleFolders(place).map(textOf))
  return chosen !== undefined && (chosen.val !== undefined || chosen.test !== undefined)
}

/** The only folder with images, where its own folders are the classes: a dataset of one class would be of no use. */
async function loneFolder(place: string, folder: string, names: readonly DiskPath[]): Promise<string | undefined> {
  const holding = await holdingImages(place, names)
  const [only] = holding
  if (holding.length !== 1 || typeof only !== 'string' || holdsImageItself(place)) return undefined
  return (await isOfClasses(`${place}/${only}`)) ? pathOf(folder, only) : undefined
}

async function holdingImages(place: string, names: readonly DiskPath[]): Promise<DiskPath[]> {
  const holding: DiskPath[] = []
  for (const name of names) if (await holdsImage(joined(place, name), DEPTH)) holding.push(name)
  return holding
}

const holdsImageItself = (place: string) =>
  visible(entriesOf(place)).some((name) => kindByName(name) === 'image' && !isFolder(joined(place, name)))

/** Whether it holds no image itself, and two folders that do: or one, of which that is true. */
async function isOfClasses(place: string, levels = MOST_LEVELS): Promise<boolean> {
  if (holdsImageItself(place)) return false
  const names = visibleFolders(place)
  if (chooseSplits(names.map(textOf))) return true
  const holding = await holdingImages(place, names)
  if (holding.length > 1) return true
  const [only] = holding
  return typeof only === 'string' && levels > 0 && isOfClasses(`${place}/${only}`, levels - 1)
}

/**
 * A split that lies alone. Beside other folders one that is called `test` may be a class like these: it is one if it
 * holds images itself, and could be either if it holds folders.
 */
function loneSplit(place: string, names: readonly string[]): Partial<Record<Split, string>> | undefined {
  const found = names.flatMap((name) => splitNameOf(name) ?? []).filter(({ rest }) => rest === '')
  const [one] = found
  if (!one) return undefined
  if (names.length === found.length && new Set(found.map(({ split }) => split)).size === found.length)
    return Object.fromEntries(found.map(({ split, name }) => [split, name]))
  if (visibleFolders(`${place}/${one.name}`).length === 0) return undefined
  throw new DatasetError(
    `${place} has a folder ${one.name} with folders in it and none called train: move the classes to train on into a folder train, or ${one.name} somewhere else.`,
  )
}

/** Within a split, its classes may lie a level deeper than they should: `seg_train/seg_train/<class>`. */
async function asSplits(
  root: string,
  folder: string,
  chosen: Partial<Record<Split, string>>,
): Promise<Pick<FolderLayout, 'isSplit' | 'folders'>> {
  const folders: Partial<Record<Split, string>> = {}
  const roles = rolesOf(chosen)
  for (const split of Object.keys(roles) as Split[]) {
    let path = pathOf(folder, roles[split]!)
    for (let level = 0; level < MOST_LEVELS; level++) {
      const below = await loneFolder(`${root}/${path}`, path, visibleFolders(`${root}/${path}`))
      if (below === undefined) break
      path = below
    }
    folders[split] = path
  }
  return { isSplit: Object.keys(folders).length > 1, folders }
}

/** A split that lies alone is trained on. */
function rolesOf({ train, val, test }: Partial<Record<Split, string>>): Partial<Record<Split, string>> {
  if (train !== undefined) return { train, ...(val !== undefined && { val }), ...(test !== undefined && { test }) }
  return val === undefined ? { train: test! } : { train: val, ...(test !== undefined && { test }) }
}

const noteOf = ({ train, val, test }: Partial<Record<Split, string>>): string[] =>
  train === undefined ? [`There is no training split, so ${val ?? test} serves as one.`] : []

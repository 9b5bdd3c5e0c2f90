import type { LeftOut } from '../../../shared/contract/trainer.ts'
import { DatasetError } from '../../../shared/errors.ts'
import type { Split } from '../../../shared/recipe/split.ts'
import { joined, textOf, type DiskPath } from './disk-path.ts'
import { DEAD_LINK, deadLinks, entriesOf, isFolder, kindByName, visible, visibleFolders } from './entries.ts'
import { findSplitLists } from './split-lists.ts'
import { chooseSplits, isBesideImages, isFiller, splitNameOf } from './split-names.ts'
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
  const levels = ['']
  while (levels.length <= MOST_LEVELS) {
    const below = await nextLevel(root, levels.at(-1)!, leftOut)
    if (below === undefined) break
    levels.push(below)
  }
  const folder = levels.at(-1)!
  const notes = folder === '' ? [] : [`The dataset is the folder ${folder} in it.`]
  const place = placeOf(root, folder)
  const names = foldersOfImages(place)
  const chosen = splitsIn(place, names) ?? loneSplit(place, names.map(textOf))
  // Beside classes they are told as what else lies there.
  for (const level of levels) tellDeadLinks(root, level, chosen || level !== folder ? leftOut : [])
  if (!chosen) {
    const train = (await loneImages(place, folder, names)) ?? folder
    return { isSplit: false, folders: { train }, leftOut, notes: [...notes, ...listsNote(root, levels)] }
  }
  await leaveOut(
    place,
    folder,
    names.map(textOf).filter((name) => !Object.values(chosen).includes(name)),
    leftOut,
  )
  const layout = await asSplits(root, folder, chosen, leftOut)
  return {
    ...layout,
    leftOut,
    notes: [...notes, ...noteOf(chosen), ...(layout.isSplit ? [] : listsNote(root, levels))],
  }
}

/** A split that is not there must not be taken for one that never was. */
function tellDeadLinks(root: string, folder: string, leftOut: LeftOut[]): void {
  for (const name of deadLinks(placeOf(root, folder))) {
    const path = pathOf(folder, name)
    if (splitNameOf(name)?.rest === '')
      throw new DatasetError(
        `${root}/${path} ${DEAD_LINK}: correct it, mount the disk that it leads to, or take it away.`,
      )
    leftOut.push({ path, reason: DEAD_LINK })
  }
}

const placeOf = (root: string, folder: string) => (folder === '' ? root : `${root}/${folder}`)
const pathOf = (folder: string, name: string) => (folder === '' ? name : `${folder}/${name}`)

/** The folders in a folder, less those of masks and other notes beside `images`. */
export function foldersOfImages(place: DiskPath): DiskPath[] {
  const names = visibleFolders(place)
  const texts = names.map(textOf)
  return names.filter((_, i) => !isBesideImages(texts[i]!, texts))
}

async function leaveOut(place: string, folder: string, names: readonly string[], leftOut: LeftOut[]): Promise<void> {
  for (const name of names) leftOut.push({ path: pathOf(folder, name), reason: await reasonOf(place, name) })
}

async function reasonOf(place: string, name: string): Promise<string> {
  if (!(await holdsImage(`${place}/${name}`, DEPTH))) return 'holds no images'
  const split = splitNameOf(name)?.split
  return split === undefined ? 'is none of the splits' : `is another folder for ${split}`
}

/** What a share that is held out stands in for, where lists of splits lie there. */
function listsNote(root: string, levels: readonly string[]): string[] {
  const lists = findSplitLists(root, levels)
  return lists.length === 0
    ? []
    : [
        `${lists.join(' and ')} ${lists.length === 1 ? 'looks like a list' : 'look like lists'} of splits, which ${lists.length === 1 ? 'is' : 'are'} not read, so the share that is held out is another one: to keep theirs, name the images in a manifest with the columns path, label and split.`,
      ]
}

/**
 * The splits among the folders of a folder. One called `train` that holds images itself, as two others do that are
 * called like no split, is a class like these.
 */
function splitsIn(place: string, names: readonly DiskPath[]): Partial<Record<Split, string>> | undefined {
  const chosen = chooseSplits(names.map(textOf))
  if (!chosen || chosen.val !== undefined || chosen.test !== undefined) return chosen
  const likeIt = names.filter((name) => !splitNameOf(textOf(name)) && holdsImageItself(joined(place, name)))
  return likeIt.length > 1 && holdsImageItself(`${place}/${chosen.train}`) ? undefined : chosen
}

/** The one folder below in which the dataset is; `undefined` where it is here. Adds what is beside it. */
async function nextLevel(root: string, folder: string, leftOut: LeftOut[]): Promise<string | undefined> {
  const place = placeOf(root, folder)
  const names = foldersOfImages(place)
  if (splitsIn(place, names) !== undefined) return undefined
  const withSplits: string[] = []
  for (const name of names)
    if (typeof name === 'string' && (await holdsSplits(`${place}/${name}`))) withSplits.push(name)
  if (withSplits.length > 1) throw severalDatasets(place, withSplits)
  const inner = withSplits[0] ?? (await loneFolder(place, names))
  if (inner === undefined) return undefined
  await leaveOut(
    place,
    folder,
    visibleFolders(place)
      .map(textOf)
      .filter((name) => name !== inner),
    leftOut,
  )
  return pathOf(folder, inner)
}

/** Whether the folders of a training split and another one are in it, with images: one alone may be a class that is called so. */
async function holdsSplits(place: string, levels = MOST_LEVELS): Promise<boolean> {
  const names = visibleFolders(place)
  const chosen = chooseSplits(names.map(textOf))
  if (chosen) return (chosen.val ?? chosen.test) !== undefined && (await holdsImage(place, DEPTH))
  const [only] = names
  return names.length === 1 && typeof only === 'string' && levels > 0 && holdsSplits(`${place}/${only}`, levels - 1)
}

function severalDatasets(place: string, names: readonly string[]): DatasetError {
  const trainIn = (name: string) => chooseSplits(visibleFolders(`${place}/${name}`).map(textOf))?.train
  const ofClasses = names.filter((name) => {
    const train = trainIn(name)
    return train !== undefined && holdsImageItself(`${place}/${name}/${train}`)
  })
  const [first] = ofClasses
  return new DatasetError(
    first !== undefined && ofClasses.length === names.length
      ? `${place} has the splits within the classes (${first}/${trainIn(first)}): move the images to ${trainIn(first)}/${first} and so on.`
      : `${place} holds ${names.length} datasets, each with a folder to train on (${names.slice(0, 5).join(', ')}): name one of them.`,
  )
}

/** The only folder with images, where its own folders are the classes: a dataset of one class would be of no use. */
async function loneFolder(place: string, names: readonly DiskPath[]): Promise<string | undefined> {
  const only = await onlyHolding(place, names)
  return only !== undefined && (await isOfClasses(`${place}/${only}`)) ? only : undefined
}

/** Where all images lie side by side in one folder that is called like no class, such as `images`: its path. */
async function loneImages(place: string, folder: string, names: readonly DiskPath[]): Promise<string | undefined> {
  const only = await onlyHolding(place, names)
  return only !== undefined && isFiller(only) && visibleFolders(`${place}/${only}`).length === 0
    ? pathOf(folder, only)
    : undefined
}

/** The only folder that holds images, where none lie beside it. */
async function onlyHolding(place: string, names: readonly DiskPath[]): Promise<string | undefined> {
  const holding = await holdingImages(place, names)
  const [only] = holding
  return holding.length === 1 && typeof only === 'string' && !holdsImageItself(place) ? only : undefined
}

async function holdingImages(place: string, names: readonly DiskPath[]): Promise<DiskPath[]> {
  const holding: DiskPath[] = []
  for (const name of names) if (await holdsImage(joined(place, name), DEPTH)) holding.push(name)
  return holding
}

/** Whether a file in it is called like an image. */
export const holdsImageItself = (place: DiskPath): boolean =>
  visible(entriesOf(place)).some((name) => kindByName(name) === 'image' && !isFolder(joined(place, name)))

/** Whether it holds no image itself, and two folders that do: or one, of which that is true. */
async function isOfClasses(place: string, levels = MOST_LEVELS): Promise<boolean> {
  if (holdsImageItself(place)) return false
  const names = foldersOfImages(place)
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
  leftOut: LeftOut[],
): Promise<Pick<FolderLayout, 'isSplit' | 'folders'>> {
  const folders: Partial<Record<Split, string>> = {}
  const roles = rolesOf(chosen)
  for (const split of Object.keys(roles) as Split[]) {
    let path = pathOf(folder, roles[split]!)
    for (let level = 0; level < MOST_LEVELS; level++) {
      const names = foldersOfImages(`${root}/${path}`)
      const below = await loneFolder(`${root}/${path}`, names)
      if (below === undefined) break
      const others = names.map(textOf).filter((name) => name !== below)
      await leaveOut(`${root}/${path}`, path, others, leftOut)
      path = pathOf(path, below)
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

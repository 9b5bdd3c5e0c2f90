import { extname } from 'node:path'
import { statOf, visibleEntries } from './entries.ts'
import { splitNameOf } from './split-names.ts'

const isList = (name: string) => /\.(txt|lst|list|json|mat)$/i.test(name)
/** More entries than this are those of images. */
const MOST_ENTRIES = 1000

/**
 * Files that look like lists of the images of each split: one that is called by two of them, such as
 * `train_test_split.txt`, or a `train` and another one of the same ending beside each other.
 * @param levels the folders above the images and that of the images, relative to the root; folders beside them are looked into
 * @returns their paths relative to the root: the first one of such a place, or two
 */
export function findSplitLists(root: string, levels: readonly string[]): string[] {
  for (const level of levels)
    for (const folder of [level, ...foldersIn(root, level).filter((inner) => !levels.includes(inner))]) {
      const lists = listsAmong(entriesIn(root, folder))
      if (lists.length > 0) return lists.map((name) => pathOf(folder, name))
    }
  return []
}

const pathOf = (folder: string, name: string) => (folder === '' ? name : `${folder}/${name}`)

function entriesIn(root: string, folder: string): string[] {
  const names = visibleEntries(folder === '' ? root : `${root}/${folder}`)
  return names.length > MOST_ENTRIES ? [] : names
}

const foldersIn = (root: string, level: string) =>
  entriesIn(root, level)
    .map((name) => pathOf(level, name))
    .filter((path) => statOf(`${root}/${path}`)?.isDirectory())

function listsAmong(names: readonly string[]): string[] {
  const lists = names.filter(isList)
  const both = lists.find((name) => /train.*(test|val)|(test|val).*train/i.test(name) && !splitNameOf(stemOf(name)))
  if (both !== undefined) return [both]
  const train = lists.find((name) => splitNameOf(stemOf(name))?.split === 'train')
  const other = lists.find((name) => {
    const split = splitNameOf(stemOf(name))?.split
    return train !== undefined && split !== undefined && split !== 'train' && extname(name) === extname(train)
  })
  return train !== undefined && other !== undefined ? [train, other] : []
}

const stemOf = (name: string) => name.slice(0, -extname(name).length)

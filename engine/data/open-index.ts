import { resolve } from 'node:path'
import type { DatasetReport } from '../../shared/contract/trainer.ts'
import { examine } from './examine.ts'
import { indexFileOf, readIndexFile, writeIndexFile } from './index-file.ts'
import { checkClasses, readImageFolder } from './readers/image-folder.ts'
import type { OnProgress } from './scan/scan-images.ts'
import { checkShare, selectReadable } from './select-readable.ts'
import type { DatasetIndex, FileColumns, SplitIndex } from './split-index.ts'

/**
 * Lists an image folder and makes sure that every image of it can be read. An image is decoded once: what was
 * found is kept in `cacheFolder/indexes` until its size or time changes. Labels follow the names of the classes
 * as they are now: a changed set of classes gives a new numbering, and costs no decoding.
 * @param onProgress called with the images decoded so far and those to decode; not at all where there are none
 * @throws DatasetError for a folder of another form, a class without readable images, or a split of which more
 * than 5 % cannot be read; StorageError where the index cannot be kept
 */
export async function openIndex(root: string, cacheFolder: string, onProgress?: OnProgress): Promise<DatasetIndex> {
  const folder = resolve(root)
  const { classes, folders, splits } = await readImageFolder(folder)
  const file = indexFileOf(cacheFolder, folder)
  const { examined, changed } = await examine(folder, join(splits.train, splits.val), readIndexFile(file), onProgress)
  if (changed) writeIndexFile(file, examined)
  const train = selectReadable('train', splits.train, examined, 0)
  const val = selectReadable('val', splits.val, examined, splits.train.paths.length)
  for (const selected of [train, val]) {
    checkShare(folder, selected)
    checkClasses(folder, folders[selected.index.split], classes, selected.index.labels, 'readable images')
  }
  return { root: folder, classes, splits: { train: train.index, val: val.index }, unreadable: [...train.unreadable, ...val.unreadable] }
}

const join = (a: FileColumns, b: FileColumns): Omit<FileColumns, 'labels'> => ({
  paths: a.paths.concat(b.paths),
  bytes: concatenate(a.bytes, b.bytes),
  mtimes: concatenate(a.mtimes, b.mtimes),
})

function concatenate(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

/** What a person is told of a dataset that has been opened. */
export function reportOf({ root, classes, splits, unreadable }: DatasetIndex): DatasetReport {
  const counts = ({ count, labels }: SplitIndex) => {
    const perClass = new Array<number>(classes.length).fill(0)
    for (const label of labels) perClass[label]! += 1
    return { images: count, perClass }
  }
  return { root, classes, splits: { train: counts(splits.train), val: counts(splits.val) }, unreadable }
}

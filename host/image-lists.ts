import { isAbsolute, join, normalize, sep } from 'node:path'
import type { ImageList } from '../shared/contract/trainer.ts'
import type { ImagePage } from '../shared/contract/workbench.ts'
import { DatasetError } from '../shared/errors.ts'
import type { Split } from '../shared/run.ts'

/** Images of a split, of one class or all, from a place in that list on. */
export function pageOf(list: ImageList, { split, label, offset, limit }: { split: Split; label?: number; offset: number; limit: number }): ImagePage {
  const { paths, labels } = list.splits[split]
  const indices = label === undefined ? Array.from(paths, (_, index) => index) : [...labels.keys()].filter((index) => labels[index] === label)
  const images = indices.slice(offset, offset + limit).map((index) => ({ index, label: labels[index]!, file: paths[index]! }))
  return { classes: list.classes, total: indices.length, images }
}

/** The file of a sample. Throws `DatasetError` for one that does not exist, or lies outside of the dataset's folder. */
export function fileOf({ root, splits }: ImageList, split: Split, sample: number): string {
  const path = splits[split].paths[sample]
  if (path === undefined) throw new DatasetError(`There is no image ${sample} in ${split}; check the dataset again.`)
  const within = normalize(path)
  if (isAbsolute(within) || within === '..' || within.startsWith(`..${sep}`)) throw new DatasetError(`The image ${path} lies outside of ${root}.`)
  return join(root, within)
}

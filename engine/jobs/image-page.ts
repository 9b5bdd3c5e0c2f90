import type { ImageCalls, ImagePage } from '../../shared/contract/images.ts'
import type { DatasetIndex } from '../dataset/index.ts'

/** Images of a split, of one class or all, from a place in that list on. */
export function pageOf(
  { classes, splits }: DatasetIndex,
  { split, label, offset, limit }: Omit<Parameters<ImageCalls['listImages']>[0], 'dataset' | 'holdOut'>,
): ImagePage {
  const { paths, labels, count } = splits[split]
  const rows = label === undefined ? undefined : rowsOf(labels, label)
  const total = rows ? rows.length : count
  const images = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, i) => {
    const index = rows ? rows[offset + i]! : offset + i
    return { index, label: labels[index]!, file: paths.at(index)! }
  })
  return { classes, total, images }
}

const rowsOf = (labels: Int32Array, label: number) => [...labels.keys()].filter((row) => labels[row] === label)

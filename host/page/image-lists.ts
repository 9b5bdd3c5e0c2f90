import type { ImageList } from '../../shared/contract/trainer.ts'
import type { ImagePage } from '../../shared/contract/workbench.ts'
import type { Split } from '../../shared/recipe/split.ts'

/** Images of a split, of one class or all, from a place in that list on. */
export function pageOf(
  list: ImageList,
  { split, label, offset, limit }: { split: Split; label?: number; offset: number; limit: number },
): ImagePage {
  const { paths, labels } = list.splits[split]
  const indices =
    label === undefined
      ? Array.from(paths, (_, index) => index)
      : [...labels.keys()].filter((index) => labels[index] === label)
  const images = indices
    .slice(offset, offset + limit)
    .map((index) => ({ index, label: labels[index]!, file: paths[index]! }))
  return { classes: list.classes, total: indices.length, images }
}

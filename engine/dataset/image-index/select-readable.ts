import type { UnreadableImage } from '../../../shared/contract/trainer.ts'
import type { Split } from '../../../shared/recipe/split.ts'
import type { ExaminedColumns } from './index-file.ts'
import { selectRows, type FileColumns, type SplitIndex } from './split-index.ts'

/** A split of which a greater share cannot be read is refused: something is wrong with it as a whole. */
const maxUnreadableShare = 0.05

/** The images of a split that can be read, and the others with their reasons. */
export interface Selected {
  readonly index: SplitIndex
  /** Where in the examined columns each of them is. */
  readonly rows: Int32Array
  readonly unreadable: readonly UnreadableImage[]
}

/** @param rows of the split's images in `files` and `examined` */
export function selectReadable(
  split: Split,
  files: FileColumns,
  { heights, widths, kinds, reasons }: ExaminedColumns,
  rows: Int32Array,
): Selected {
  const readable = reasons.size === 0 ? rows : rows.filter((row) => !reasons.has(row))
  const unreadable = Array.from(
    rows.length === readable.length ? [] : rows.filter((row) => reasons.has(row)),
    (row) => ({ file: nameOf(files, row), reason: reasons.get(row)! }),
  )
  return {
    index: selectRows({ ...files, split, count: files.paths.length, heights, widths, kinds }, readable),
    rows: readable,
    unreadable,
  }
}

/** What a sample is called: its file, and where it is one of many, its place there. */
export const nameOf = ({ paths, records }: FileColumns, row: number): string =>
  records ? `${paths.at(row)} (record at byte ${records.offsets[row]})` : paths.at(row)!

/** One sentence where too many images of a split cannot be read. */
export function shareProblem(root: string, { index, unreadable }: Selected): string | undefined {
  const total = index.count + unreadable.length
  const share = unreadable.length / total
  if (total === 0 || share <= maxUnreadableShare) return undefined
  const first = unreadable.slice(0, 3).map(({ file, reason }) => `${file} (${reason})`)
  return `${unreadable.length} of the ${total} ${index.split} images of ${root} cannot be read (${(100 * share).toFixed(1)} %, at most ${100 * maxUnreadableShare} % may be): replace or remove them, first ${first.join(', ')}.`
}

import type { UnreadableImage } from '../../shared/contract/trainer.ts'
import { DatasetError } from '../../shared/errors.ts'
import type { Split } from '../../shared/run.ts'
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

/** @param first the row of the split's first image in `examined` */
export function selectReadable(split: Split, files: FileColumns, examined: ExaminedColumns, first: number): Selected {
  const count = files.paths.length
  const whole: SplitIndex = {
    ...files,
    split,
    count,
    heights: examined.heights.subarray(first, first + count),
    widths: examined.widths.subarray(first, first + count),
    kinds: examined.kinds.subarray(first, first + count),
  }
  const unreadable = [...examined.reasons.keys()]
    .filter((row) => row >= first && row < first + count)
    .sort((a, b) => a - b)
    .map((row) => ({ file: nameOf(files, row - first), reason: examined.reasons.get(row)! }))
  // Copies of the columns of a million images are made only where it must be.
  if (unreadable.length === 0) return { index: whole, rows: Int32Array.from({ length: count }, (_, row) => first + row), unreadable }
  const rows = Array.from(files.paths, (_, row) => row).filter((row) => !examined.reasons.has(first + row))
  return { index: selectRows(whole, rows), rows: Int32Array.from(rows, (row) => first + row), unreadable }
}

/** What a sample is called: its file, and where it is one of many, its place there. */
export const nameOf = ({ paths, records }: FileColumns, row: number): string => (records ? `${paths[row]} (record at byte ${records.offsets[row]})` : paths[row]!)

/** Throws `DatasetError` where too many images of a split cannot be read. */
export function checkShare(root: string, { index, unreadable }: Selected): void {
  const total = index.count + unreadable.length
  const share = unreadable.length / total
  if (share <= maxUnreadableShare) return
  const first = unreadable.slice(0, 3).map(({ file, reason }) => `${file} (${reason})`)
  throw new DatasetError(
    `${unreadable.length} of the ${total} ${index.split} images of ${root} cannot be read (${(100 * share).toFixed(1)} %, at most ${100 * maxUnreadableShare} % may be): replace or remove them, first ${first.join(', ')}.`,
  )
}

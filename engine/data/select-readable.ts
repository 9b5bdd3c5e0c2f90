import type { UnreadableImage } from '../../shared/contract/trainer.ts'
import { DatasetError } from '../../shared/errors.ts'
import type { Split } from '../../shared/run.ts'
import type { ExaminedColumns } from './index-file.ts'
import type { FileColumns, SplitIndex } from './split-index.ts'

/** A split of which a greater share cannot be read is refused: something is wrong with it as a whole. */
const maxUnreadableShare = 0.05

/** The images of a split that can be read, and the others with their reasons. */
export interface Selected {
  readonly index: SplitIndex
  readonly unreadable: readonly UnreadableImage[]
}

/** @param first the row of the split's first file in `examined` */
export function selectReadable(split: Split, files: FileColumns, examined: ExaminedColumns, first: number): Selected {
  const rows = Array.from(files.paths, (_, row) => row).filter((row) => !examined.reasons.has(first + row))
  const floats = (column: Float64Array) => Float64Array.from(rows, (row) => column[row]!)
  const integers = (column: Int32Array, offset: number) => Int32Array.from(rows, (row) => column[offset + row]!)
  const index: SplitIndex = {
    split,
    count: rows.length,
    paths: rows.map((row) => files.paths[row]!),
    labels: integers(files.labels, 0),
    bytes: floats(files.bytes),
    mtimes: floats(files.mtimes),
    heights: integers(examined.heights, first),
    widths: integers(examined.widths, first),
    kinds: integers(examined.kinds, first),
  }
  const unreadable = files.paths.flatMap((file, row) => {
    const reason = examined.reasons.get(first + row)
    return reason === undefined ? [] : [{ file, reason }]
  })
  return { index, unreadable }
}

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

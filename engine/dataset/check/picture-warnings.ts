import type { ExaminedColumns } from '../image-index/index-file.ts'
import { nameOf } from '../image-index/select-readable.ts'
import type { FileColumns } from '../image-index/split-index.ts'
import { copyReasons } from '../scan/scan-columns.ts'

/** Where pictures with 16 bits use no more of them than these, what is seen of them is a quarter of white at most. */
const FEW_BITS = 14

/** What is to be known of pictures that can be read, but not as they were meant: a sentence each. */
export function pictureWarnings(
  files: FileColumns,
  { copies, usedBits }: Pick<ExaminedColumns, 'copies' | 'usedBits'>,
  splits: readonly Int32Array[],
): string[] {
  let deep = 0
  let most = 0
  let firstDeep: number | undefined
  const cut: number[] = []
  for (const rows of splits)
    for (const row of rows) {
      if (copies[row] === copyReasons.end) cut.push(row)
      if (usedBits[row]! > 0) {
        firstDeep ??= row
        deep += 1
        most = Math.max(most, usedBits[row]!)
      }
    }
  const count = (images: number, one: string, many: string) => (images === 1 ? one : many.replace('#', String(images)))
  return [
    ...(cut.length > 0
      ? [
          `${count(cut.length, '1 image lacks its end and is read', '# images lack their end and are read')} without it, first ${nameOf(files, cut[0]!)}: at most a twentieth of the pixels is missing, grey or black in its place.`,
        ]
      : []),
    ...(deep > 0 && most <= FEW_BITS
      ? [
          `${count(deep, '1 image with 16 bits uses', '# images with 16 bits use')} ${most} of them at most, first ${nameOf(files, firstDeep!)}: only the upper 8 are seen, which are nearly black; save such images with values up to 65535.`,
        ]
      : []),
  ]
}

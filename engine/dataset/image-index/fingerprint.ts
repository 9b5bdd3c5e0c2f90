import { createHash } from 'node:crypto'
import type { TrackedSplit } from '../../../shared/recipe/split.ts'
import type { FileColumns } from './split-index.ts'

type Images = Pick<FileColumns, 'paths' | 'labels' | 'bytes' | 'records' | 'pixels'>

/** Of what a run depends on: the test images may change. */
export const fingerprint = ({ train, val }: Readonly<Record<TrackedSplit, Images>>): string =>
  fingerprintOf([train, val])

/** SHA-256 over names, labels and sizes (of raw images, the pixels) of images in their order: what sample indices stand for. */
export function fingerprintOf(splits: readonly Images[]): string {
  const hash = createHash('sha256')
  for (const { paths, labels, bytes, records, pixels } of splits) {
    for (let row = 0; row < paths.length; row++) hash.update(paths.bytesAt(row)).update('\0')
    hash.update(labels).update(bytes)
    if (records) hash.update(records.offsets)
    if (pixels) hash.update(pixels.bytes)
  }
  return hash.digest('hex')
}

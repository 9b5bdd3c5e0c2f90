import { DatasetError } from '../../../shared/errors.ts'
import { textOf } from './disk-path.ts'
import type { Listing } from './listing.ts'

/**
 * What is to be said, before any image is opened, of those that are known to be unreadable: that are not there, empty, or
 * could not be made a sample of.
 * @throws DatasetError where there are no others
 */
export function lostWarnings({ root, files, unreadable }: Pick<Listing, 'root' | 'files' | 'unreadable'>): string[] {
  const others = unreadable ? [...unreadable.train, ...unreadable.val, ...unreadable.test] : []
  const lost = files.records ? [] : [...files.bytes.keys()].filter((row) => files.bytes[row]! <= 0)
  const count = lost.length + others.length
  if (count === 0) return []
  const all = files.paths.length + others.length
  const [row] = lost
  const first =
    row === undefined
      ? `${others[0]!.file} (${others[0]!.reason})`
      : `${textOf(files.paths.bytesAt(row))} (${files.bytes[row] === 0 ? 'an empty file' : 'no file lies there'})`
  if (count === all)
    throw new DatasetError(
      `None of the ${all} images of ${root} can be read, first ${first}: check that they lie where they are looked for.`,
    )
  return [`${count} of the ${all} images cannot be read and will be left out, first ${first}.`]
}

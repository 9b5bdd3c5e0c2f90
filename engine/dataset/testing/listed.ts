import type { HoldOut } from '../../../shared/contract/trainer.ts'
import type { Split } from '../../../shared/recipe/split.ts'
import { trainable } from '../readers/class-lists.ts'
import { splitRows, type Listing } from '../readers/listing.ts'
import { selectFiles } from '../image-index/split-index.ts'

/** A listing with the samples of its splits, and their paths as strings. */
export function withSplits(given: Listing, holdOut: HoldOut = { validationShare: 0.25, splitSeed: 1 }) {
  const listing = trainable(given)
  const rows = splitRows(listing, holdOut)
  const columns = (split: Split) => {
    const files = selectFiles(listing.files, rows[split])
    return { ...files, paths: [...files.paths] }
  }
  return { ...listing, splits: { train: columns('train'), val: columns('val'), test: columns('test') } }
}

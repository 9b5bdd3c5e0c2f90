import type { DatasetListing, HoldOut } from '../../../shared/contract/trainer.ts'
import type { Split } from '../../../shared/recipe/split.ts'
import { classWarnings, countByClass } from './class-lists.ts'
import type { ListedDataset } from './listing.ts'
import { calledOf } from './read-dataset.ts'

/**
 * What a person is told of a listing.
 * @param rows of each split
 * @param holdOut how val was held out, where the dataset has no splits of its own
 */
export function describeListing(
  { root, kind, classes, names, files, counts, notes = [], leftOut = [], passedOver = [] }: ListedDataset,
  rows: Readonly<Record<Split, Int32Array>>,
  holdOut: HoldOut,
): DatasetListing {
  const split = (name: Split) => ({
    ...(rows[name].length > 0 && { from: names[name] ?? names.train }),
    images: rows[name].length,
    perClass: countByClass(files.labels, classes.length, rows[name]),
  })
  const splits = { train: split('train'), val: split('val'), test: split('test') }
  const heldOut = counts || holdOut.folds ? undefined : holdOut
  const perClass = { train: splits.train.perClass, val: splits.val.perClass, test: splits.test.perClass }
  return {
    root,
    kind,
    layout: calledOf(kind),
    classes,
    splits,
    ...(heldOut && { heldOut: { validationShare: heldOut.validationShare, splitSeed: heldOut.splitSeed } }),
    leftOut,
    passedOver,
    warnings: [...notes, ...classWarnings(classes, perClass, heldOut?.validationShare !== 0)],
  }
}

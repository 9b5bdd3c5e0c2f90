import type { DatasetDetails, DatasetReport, Spread } from '../../../shared/contract/trainer.ts'
import type { OpenedDataset } from '../image-index/open-index.ts'
import { turnedIn } from '../image-index/split-index.ts'
import { copyReasons, modeName } from '../scan/scan-columns.ts'
import { coloursOf, scannedMoments } from './colours.ts'
import { findDuplicates } from './duplicates.ts'

/** What a person is told of a dataset that has been opened and described. */
export function reportOf(dataset: OpenedDataset): DatasetReport {
  const { described, rows, index, problem } = dataset
  return {
    ...described,
    ...(problem !== undefined && { problem }),
    unreadable: index.unreadable,
    ...(rows.train.length > 0 && { details: detailsOf(dataset, described.splits.train.perClass) }),
  }
}

function detailsOf(dataset: OpenedDataset, perClass: readonly number[]): DatasetDetails {
  const { index, examined, rows } = dataset
  const all = Object.values(rows)
  const { mean, std } = coloursOf(scannedMoments(examined, rows.train))
  return {
    heights: spreadOf(all, examined.heights),
    widths: spreadOf(all, examined.widths),
    modes: modesOf(all, examined.modes),
    turned: Object.values(index.splits).reduce((sum, split) => sum + turnedIn(split), 0),
    copied: all.reduce((sum, some) => sum + some.filter((row) => examined.copies[row] !== copyReasons.none).length, 0),
    imbalance: imbalanceOf(index.classes, perClass),
    mean,
    std,
    ...findDuplicates(dataset),
  }
}

function spreadOf(groups: readonly Int32Array[], column: Int32Array): Spread {
  const values = Int32Array.from(groups.flatMap((rows) => Array.from(rows, (row) => column[row]!))).sort()
  return { least: values[0]!, median: values[values.length >> 1]!, most: values.at(-1)! }
}

function modesOf(groups: readonly Int32Array[], modes: Int32Array): DatasetDetails['modes'] {
  const counts = new Map<number, number>()
  for (const rows of groups) for (const row of rows) counts.set(modes[row]!, (counts.get(modes[row]!) ?? 0) + 1)
  return [...counts].map(([mode, images]) => ({ name: modeName(mode), images })).sort((a, b) => b.images - a.images)
}

function imbalanceOf(classes: readonly string[], perClass: readonly number[]): DatasetDetails['imbalance'] {
  const [most, least] = [perClass.indexOf(Math.max(...perClass)), perClass.indexOf(Math.min(...perClass))]
  return { largest: classes[most]!, smallest: classes[least]!, ratio: perClass[most]! / perClass[least]! }
}

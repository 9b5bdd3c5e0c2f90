import type { DatasetDetails, DatasetReport, Spread } from '../../../shared/contract/trainer.ts'
import { defaultSplit, type OpenedDataset } from '../image-index/open-index.ts'
import { describeListing } from '../readers/describe-listing.ts'
import { orientationOfDecoding } from '../image-kind.ts'
import { modeName } from '../scan/scan-columns.ts'
import { findDuplicates } from './duplicates.ts'

/** What a person is told of a dataset that has been opened and described. */
export function reportOf(dataset: OpenedDataset): DatasetReport {
  const { listing, rows, index, problem, heldOut } = dataset
  const described = describeListing(listing, rows, heldOut ?? defaultSplit)
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
  return {
    heights: spreadOf(all, examined.heights),
    widths: spreadOf(all, examined.widths),
    modes: modesOf(all, examined.modes),
    turned: all.reduce(
      (sum, some) => sum + some.filter((row) => orientationOfDecoding(examined.kinds[row]!) > 1).length,
      0,
    ),
    imbalance: imbalanceOf(index.classes, perClass),
    ...colours(dataset),
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

/** Mean and standard deviation over images of the same weight: the variance is the mean of the variances plus that of the means. */
function colours({ examined, rows }: OpenedDataset): Pick<DatasetDetails, 'mean' | 'std'> {
  const mean = [0, 0, 0]
  const square = [0, 0, 0]
  for (const row of rows.train)
    for (let channel = 0; channel < 3; channel++) {
      const [m, s] = [examined.means[3 * row + channel]! / 256, examined.stds[3 * row + channel]! / 256]
      mean[channel]! += m / rows.train.length
      square[channel]! += (s * s + m * m) / rows.train.length
    }
  return { mean, std: mean.map((m, channel) => Math.sqrt(Math.max(0, square[channel]! - m * m))) }
}

import type { DuplicateImage, Duplicates } from '../../../shared/contract/trainer.ts'
import { splits } from '../../../shared/recipe/split.ts'
import type { OpenedDataset } from '../image-index/open-index.ts'
import type { ExaminedColumns } from '../image-index/index-file.ts'
import { nameOf } from '../image-index/select-readable.ts'
import { findNearDuplicates } from './near-duplicates.ts'

/** Groups that are named, and images of each. */
const MOST_EXAMPLES = 100
const MOST_IMAGES = 20

/** Images of all splits that have the same bytes, and those that look alike without that. */
export function findDuplicates(dataset: OpenedDataset): { exactDuplicates: Duplicates; nearDuplicates: Duplicates } {
  const { examined, rows: bySplit } = dataset
  const rows = Int32Array.from(splits.flatMap((split) => Array.from(bySplit[split])))
  const exact = groupsOfEqual(examined.hashes, rows)
  // One of each kind: copies alone make no near duplicate.
  const copies = new Set(exact.flatMap((group) => group.slice(1)))
  const places = Int32Array.from(rows.keys()).filter((place) => !copies.has(place) && hasLook(examined, rows[place]!))
  const near = findNearDuplicates(
    examined,
    places.map((place) => rows[place]!),
  ).map((group) => group.map((i) => places[i]!))
  const describe = (groups: readonly number[][]) => describeGroups(groups, (place) => imageAt(dataset, place))
  return { exactDuplicates: describe(exact), nearDuplicates: describe(near) }
}

/** A picture of something on a plain ground has none: most of them would look alike. */
const hasLook = ({ looks, looksDown }: ExaminedColumns, row: number) => looks[row] !== 0n || looksDown[row] !== 0n

/** Groups of two and more places whose rows have the same hash, in order. */
function groupsOfEqual(hashes: BigUint64Array, rows: Int32Array): number[][] {
  const order = Int32Array.from(rows.keys()).sort((a, b) => {
    const [x, y] = [hashes[rows[a]!]!, hashes[rows[b]!]!]
    if (x === y) return a - b
    return x < y ? -1 : 1
  })
  const groups: number[][] = []
  for (let first = 0, last = 1; last <= order.length; last++) {
    if (last < order.length && hashes[rows[order[last]!]!] === hashes[rows[order[first]!]!]) continue
    if (last - first > 1) groups.push([...order.subarray(first, last)])
    first = last
  }
  return groups.sort((a, b) => a[0]! - b[0]!)
}

/** @param place among the images of all splits, in their order */
function imageAt({ index }: OpenedDataset, place: number): DuplicateImage {
  let row = place
  for (const split of splits.map((name) => index.splits[name])) {
    if (row < split.count) return { file: nameOf(split, row), split: split.split, label: split.labels[row]! }
    row -= split.count
  }
  throw new RangeError(`There is no image ${place}.`)
}

function describeGroups(
  groups: readonly (readonly number[])[],
  imageOf: (place: number) => DuplicateImage,
): Duplicates {
  let [images, acrossSplits, acrossClasses] = [0, 0, 0]
  const [leaking, others] = [[], []] as [(readonly number[])[], (readonly number[])[]]
  for (const group of groups) {
    const members = group.map(imageOf)
    images += members.length
    const leaks = members.some(({ split }) => split !== members[0]!.split)
    if (leaks) acrossSplits += 1
    if (members.some(({ label }) => label !== members[0]!.label)) acrossClasses += 1
    const list = leaks ? leaking : others
    if (list.length < MOST_EXAMPLES) list.push(group)
  }
  const shown = [...leaking, ...others].slice(0, MOST_EXAMPLES).map((group) => group.slice(0, MOST_IMAGES).map(imageOf))
  return { groups: groups.length, images, acrossSplits, acrossClasses, examples: shown }
}

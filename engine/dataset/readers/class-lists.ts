import { DatasetError } from '../../../shared/errors.ts'
import type { Split } from '../../../shared/recipe/split.ts'
import type { Listing } from './listing.ts'

/** How many samples of each class some rows are of. */
export function countByClass(labels: Int32Array, classes: number, rows?: Int32Array): number[] {
  const counts = new Array<number>(classes).fill(0)
  for (const label of rows?.map((row) => labels[row]!) ?? labels) if (label >= 0) counts[label]! += 1
  return counts
}

/**
 * A listing as a network can be trained on it: every class has a training sample. Classes that are in the test split
 * alone are left out; their samples have the label -1.
 * @throws DatasetError for a class that is in val and not in train
 */
export function trainable<L extends Listing>(listing: L): L {
  const { root, classes, files, counts, names, leftOut = [] } = listing
  if (!counts) return listing
  const validated = counts.train + counts.val
  const trained = countByClass(files.labels.subarray(0, counts.train), classes.length)
  if (trained.every((count) => count > 0)) return listing
  const measured = countByClass(files.labels.subarray(counts.train, validated), classes.length)
  const unknown = classes.findIndex((_, label) => trained[label] === 0 && measured[label]! > 0)
  if (unknown >= 0)
    throw new DatasetError(
      `The class "${classes[unknown]}" has ${imagesOf(measured[unknown]!)} in val (${placeOf(root, names.val)}) and none in train (${placeOf(root, names.train)}), so no network could learn it: add some to train, or take the class out of val.`,
    )
  const kept = classes.filter((_, label) => trained[label]! > 0)
  const labels = new Map(kept.map((name, label) => [name, label]))
  const tested = countByClass(files.labels.subarray(validated), classes.length)
  const dropped = classes.flatMap((name, label) =>
    tested[label]! > 0 && trained[label] === 0
      ? {
          path: `${names.test ?? 'test'}: ${name}`,
          reason: `${imagesOf(tested[label]!)} of a class without training images`,
        }
      : [],
  )
  return {
    ...listing,
    classes: kept,
    files: { ...files, labels: files.labels.map((label) => labels.get(classes[label]!) ?? -1) },
    leftOut: [...leftOut, ...dropped],
  }
}

const imagesOf = (count: number) => (count === 1 ? '1 image' : `${count} images`)
const placeOf = (root: string, name = '') => (name === '' || name === '.' ? root : `${root}/${name}`)

/**
 * Classes of labels that are numbers: those that occur are classes, in the order of their numbers.
 * @param names of the labels, from 0; the numbers themselves without
 * @returns the labels as places in the classes, and a note where numbers are left out between them
 */
export function classesOf(
  numbers: Int32Array,
  names?: readonly string[],
): { classes: string[]; labels: Int32Array; notes: string[] } {
  const used = [...new Set(numbers)].sort((a, b) => a - b)
  const places = new Map(used.map((number, place) => [number, place]))
  const [first = 0, last = 0] = [used[0], used.at(-1)]
  const missing = Array.from({ length: Math.min(last + 1, MOST_GAPS) }, (_, number) => number).filter(
    (number) => !places.has(number) && number >= Math.min(first, 1),
  )
  const unused = names?.filter((_, number) => !places.has(number)) ?? []
  const notes =
    unused.length > 0
      ? [`No image has the label of ${named(unused)}: ${unused.length === 1 ? 'it is' : 'they are'} no class here.`]
      : missing.length > 0
        ? [
            `The labels go from ${first} to ${last}, and no image has ${missing.length === 1 ? 'the label' : `${missing.length} of them, such as`} ${missing[0]}: check that no label is wrong.`,
          ]
        : []
  return {
    classes: used.map((number) => names?.[number] ?? String(number)),
    labels: numbers.map((number) => places.get(number)!),
    notes,
  }
}

/** Gaps between labels are looked for up to here. */
const MOST_GAPS = 100_000

/** Names that are told before the rest is counted. */
const NAMED = 5
function named(names: readonly string[]): string {
  const some = names.slice(0, NAMED).map((name) => `"${name}"`)
  return names.length > NAMED ? `${some.join(', ')} and ${names.length - NAMED} more` : some.join(', ')
}

/**
 * What is to be known of classes before they are trained on: a sentence each.
 * @param counts by split and label
 * @param wantsVal whether there is to be a validation split
 */
export function classWarnings(
  classes: readonly string[],
  counts: Readonly<Record<Split, readonly number[]>>,
  wantsVal = true,
): string[] {
  const { train, val } = counts
  const [only] = classes
  if (classes.length === 1)
    return [
      `There is only one class, "${only}": every answer is right, so a loss of 0 and 100 % from the first step say nothing; check that the path leads to the folder of the classes.`,
    ]
  const lone = classes.filter((_, label) => train[label] === 1)
  const unmeasured = classes.filter((_, label) => train[label]! > 0 && val[label] === 0)
  return [...likeWarnings(classes), ...loneWarning(lone), ...unmeasuredWarning(unmeasured, classes.length, wantsVal)]
}

/** Classes that may be one by mistake. */
function likeWarnings(classes: readonly string[]): string[] {
  const groups = new Map<string, string[]>()
  for (const name of classes) groups.set(plainOf(name), [...(groups.get(plainOf(name)) ?? []), name])
  const alike = [...groups.values()].filter(({ length }) => length > 1)
  const [first] = alike
  if (!first) return []
  const others = alike.length === 1 ? '' : ', and so do others'
  return [
    `The classes ${named(first)} differ in nothing but capitals, spaces, hyphens or zeros${others}: make them one where they mean the same.`,
  ]
}

function plainOf(name: string): string {
  const plain = name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
  return /^\d+(\.0+)?$/.test(plain) ? String(Number(plain)) : plain
}

function loneWarning(names: readonly string[]): string[] {
  if (names.length === 0) return []
  return names.length === 1
    ? [`The class ${named(names)} has a single training image.`]
    : [`${names.length} classes ${named(names)} have a single training image.`]
}

function unmeasuredWarning(names: readonly string[], classes: number, wantsVal: boolean): string[] {
  if (names.length === 0) return []
  if (names.length === classes)
    return wantsVal ? ['There are no validation images: nothing is measured while training.'] : []
  return names.length === 1
    ? [`The class ${named(names)} has no validation images: it is trained on and not measured.`]
    : [`${names.length} classes ${named(names)} have no validation images: they are trained on and not measured.`]
}

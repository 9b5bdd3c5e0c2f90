import type { DatasetPlace, HoldOut } from '../../../shared/contract/trainer.ts'
import { CheckpointError, DatasetError } from '../../../shared/errors.ts'
import type { Corrections } from '../../../shared/run-folder/corrections.ts'
import { splits, type Split } from '../../../shared/recipe/split.ts'
import { countByClass } from '../readers/class-lists.ts'
import { splitRows, type Listing } from '../readers/listing.ts'
import type { OnProgress } from '../scan/scan-images.ts'
import { correctLabels } from './correct.ts'
import { examineDataset, labelled } from './open-index.ts'
import { pick } from './split-index.ts'
import { selectReadable, shareProblem, type Selected } from './select-readable.ts'

/** Images that a network is measured on. Their labels are places in the network's classes. */
export interface EvaluationImages extends Selected {
  readonly root: string
  readonly part: Split | 'all'
  /** How the file of each keeps colours: see `modeName`. */
  readonly modes: Int32Array
  /** How many were left out, since the network does not know their class. */
  readonly unknown: number
  /** What is to be known of them: a sentence each. */
  readonly notes: readonly string[]
}

export interface EvaluationOptions {
  /** Those that the network tells apart. */
  readonly classes: readonly string[]
  /** Without it, val where the dataset has splits, else all its images. */
  readonly split?: Split | undefined
  /** How the network's own dataset is split, where it has no splits; another one is taken whole. */
  readonly holdOut?: HoldOut | undefined
  /** Of the network's own dataset. */
  readonly corrections?: Corrections | undefined
  /** Images of classes that the network does not know are left out, where they would be refused. */
  readonly leaveOutUnknown?: boolean | undefined
  readonly onProgress?: OnProgress
}

/**
 * Opens a dataset for a network that was trained on this or another one: its classes are found by their names. It may
 * lack classes, and have a single image of one.
 * @throws DatasetError for a layout that is not known, a split that is not there, or too many images that cannot be
 * read; CheckpointError for a class that the network does not know
 */
export async function openForEvaluation(
  { root, cacheFolder, records }: DatasetPlace,
  { classes, split, holdOut, corrections, leaveOutUnknown = false, onProgress }: EvaluationOptions,
): Promise<EvaluationImages> {
  const { listing, examined } = await examineDataset(root, cacheFolder, { onProgress, records })
  const corrected = correctLabels(listing, corrections)
  const labels = labelsOf(listing.classes, corrected.labels, classes)
  const { part, rows: chosen } = chosenRows(listing, split, holdOut)
  const ofAClass = labelled(chosen, corrected.labels)
  const rows = labelled(ofAClass, labels)
  const unknown = countUnknown(
    listing.classes,
    ofAClass.filter((row) => labels[row]! < 0).map((row) => corrected.labels[row]!),
  )
  if (unknown.length > 0 && !leaveOutUnknown) throw unknownProblem(unknown, classes.length)
  const selected = selectReadable(part === 'all' ? 'val' : part, { ...listing.files, labels }, examined, rows)
  const others = (part === 'all' ? splits : [part]).flatMap((one) => listing.unreadable?.[one] ?? [])
  const images = { ...selected, unreadable: [...others, ...selected.unreadable] }
  const problem =
    noneKnown(root, images, unknown) ??
    emptyProblem(root, part, images, listing.counts ? undefined : holdOut) ??
    shareProblem(root, images)
  if (problem !== undefined) throw new DatasetError(problem)
  return {
    ...images,
    root: listing.root,
    part,
    modes: pick(examined.modes, selected.rows),
    unknown: totalOf(unknown),
    notes: notesOf([...(listing.notes ?? []), ...corrected.notes, ...unknownNote(unknown)], images, classes),
  }
}

function chosenRows(
  listing: Listing,
  split: Split | undefined,
  holdOut: HoldOut | undefined,
): { part: Split | 'all'; rows: Int32Array } {
  if (listing.counts || holdOut) {
    const part = split ?? 'val'
    // Without splits of its own it is the network's dataset, and split as that was.
    return { part, rows: splitRows(listing, holdOut ?? { validationShare: 0, splitSeed: 0 })[part] }
  }
  if (split !== undefined)
    throw new DatasetError(`${listing.root} has no splits: leave --split out, and all its images are evaluated.`)
  return { part: 'all', rows: listing.files.labels.map((_, row) => row) }
}

/** Labels as places among other classes; -1 for one that is not there. */
function labelsOf(own: readonly string[], labels: Int32Array, classes: readonly string[]): Int32Array {
  const places = new Map(classes.map((name, place) => [name.normalize('NFC'), place]))
  const place = own.map((name) => places.get(name.normalize('NFC')) ?? -1)
  return labels.map((label) => place[label]!)
}

/** A class that the network does not know, and how many of the images it has. */
interface UnknownClass {
  readonly name: string
  readonly images: number
}

/** @param labels of the images whose class is not known */
const countUnknown = (classes: readonly string[], labels: Int32Array): UnknownClass[] =>
  countByClass(labels, classes.length).flatMap((images, label) =>
    images > 0 ? [{ name: classes[label]!, images }] : [],
  )

const totalOf = (classes: readonly UnknownClass[]) => classes.reduce((sum, { images }) => sum + images, 0)

/** So many classes are named. */
const NAMED = 10

const named = (classes: readonly UnknownClass[]) =>
  `${classes
    .slice(0, NAMED)
    .map(({ name, images }) => `"${name}" (${images})`)
    .join(', ')}${classes.length > NAMED ? ', ...' : ''}`

const imagesOf = (classes: readonly UnknownClass[]) =>
  totalOf(classes) === 1 ? '1 image is' : `${totalOf(classes)} images are`

function unknownProblem(classes: readonly UnknownClass[], known: number): CheckpointError {
  const unknown = classes.length === 1 ? 'a class' : `${classes.length} classes`
  return new CheckpointError(
    `${imagesOf(classes)} of ${unknown} that the network, which tells ${known} apart, does not know: ${named(classes)}; leave them out with --leave-out-unknown, “Leave out unknown classes” in the window, or name images of the network's classes.`,
  )
}

const unknownNote = (classes: readonly UnknownClass[]): string[] =>
  classes.length === 0
    ? []
    : [`${imagesOf(classes)} left out, since the network does not know their class: ${named(classes)}.`]

const noneKnown = (root: string, { index, unreadable }: Selected, unknown: readonly UnknownClass[]) =>
  index.count + unreadable.length === 0 && unknown.length > 0
    ? `None of these images of ${root} is of a class that the network knows, only of ${named(unknown)}: name images of its classes.`
    : undefined

function emptyProblem(
  root: string,
  part: Split | 'all',
  { index, unreadable }: Selected,
  holdOut: HoldOut | undefined,
): string | undefined {
  if (index.count + unreadable.length > 0) return undefined
  const reason = part === 'val' && holdOut?.validationShare === 0 ? ', since data.validationShare of the run is 0' : ''
  return `${root} has no ${part === 'all' ? '' : `${part} `}images${reason}: choose another split with --split, or another dataset.`
}

function notesOf(notes: readonly string[], { index, unreadable }: Selected, classes: readonly string[]): string[] {
  const missing = countByClass(index.labels, classes.length).filter((count) => count === 0).length
  const [first] = unreadable
  return [
    ...notes,
    ...(missing > 0 ? [`${missing} of the network's ${classes.length} classes have no image here.`] : []),
    ...(first
      ? [
          unreadable.length === 1
            ? `1 image cannot be read and is left out: ${first.file} (${first.reason}).`
            : `${unreadable.length} images cannot be read and are left out, first ${first.file} (${first.reason}).`,
        ]
      : []),
  ]
}

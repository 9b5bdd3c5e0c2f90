import { DatasetError } from '../../../shared/errors.ts'
import { sampleKey, type Correction, type Corrections } from '../../../shared/run-folder/corrections.ts'
import type { Listing } from '../readers/listing.ts'
import { nameOf } from './select-readable.ts'

/** Labels as people corrected them. */
export interface CorrectedLabels {
  /** By row of the files; -1 for a sample that is left out. */
  readonly labels: Int32Array
  /** What was done and what could not be: a sentence each. */
  readonly notes: readonly string[]
}

/**
 * Applies corrections to the labels of a dataset. One that was made against another label than the sample has now is not
 * applied, and told of, like one of a sample that is gone.
 * @throws DatasetError where one gives a class that the dataset does not have, or two are of the same sample
 */
export function correctLabels(
  { root, classes, files }: Pick<Listing, 'root' | 'classes' | 'files'>,
  corrections: Corrections | undefined,
): CorrectedLabels {
  if (!corrections) return { labels: files.labels, notes: [] }
  const left = bySample(corrections)
  const places = new Map(classes.map((name, place) => [name.normalize('NFC'), place]))
  for (const correction of left.values()) checkClass(correction, places, root)
  const labels = files.labels.slice()
  const [changed, excluded, stale]: [string[], string[], string[]] = [[], [], []]
  labels.forEach((label, row) => {
    const record = files.records?.offsets[row]
    const key = sampleKey({ path: files.paths.at(row)!, ...(record !== undefined && { record }) })
    const correction = left.get(key)
    if (!correction) return
    left.delete(key)
    const next = nextLabel(correction, places)
    if (label !== places.get(correction.given.normalize('NFC')))
      stale.push(`${nameOf(files, row)} (decided of ${correction.given}, and now ${classes[label] ?? 'of no class'})`)
    else if (next !== undefined && next !== label) {
      labels[row] = next
      ;(next < 0 ? excluded : changed).push(nameOf(files, row))
    }
  })
  const gone = Array.from(left.values(), ({ path, record }) => (record === undefined ? path : `${path} at ${record}`))
  return { labels, notes: notesOf(changed.length, excluded.length, stale, gone) }
}

function bySample({ corrections }: Corrections): Map<string, Correction> {
  const found = new Map<string, Correction>()
  for (const correction of corrections) {
    const key = sampleKey(correction)
    if (found.has(key))
      throw new DatasetError(`The corrections have two decisions of ${correction.path}; take one of them out.`)
    found.set(key, correction)
  }
  return found
}

function checkClass(correction: Correction, places: ReadonlyMap<string, number>, root: string): void {
  if (correction.decision !== 'label' || places.has(correction.label.normalize('NFC'))) return
  throw new DatasetError(
    `The corrections give ${correction.path} the class "${correction.label}", which ${root} does not have; correct its name there.`,
  )
}

/** Nothing where the label stays. */
function nextLabel(correction: Correction, places: ReadonlyMap<string, number>): number | undefined {
  if (correction.decision === 'exclude') return -1
  return correction.decision === 'label' ? places.get(correction.label.normalize('NFC')) : undefined
}

function notesOf(changed: number, excluded: number, stale: readonly string[], gone: readonly string[]): string[] {
  const without = (names: readonly string[], why: string) =>
    names.length === 0 ? [] : [`${counted(names.length, 'correction')} not applied, since ${why}: ${first(names)}.`]
  return [
    `Corrections: ${changed === 1 ? '1 label is' : `${changed} labels are`} changed and ${excluded === 1 ? '1 image is' : `${excluded} images are`} left out.`,
    ...without(stale, 'the image has another label than the one that was decided of'),
    ...without(gone, 'there is no such image'),
  ]
}

const counted = (count: number, what: string) => (count === 1 ? `1 ${what} is` : `${count} ${what}s are`)

/** So many are named. */
const NAMED = 3

const first = (names: readonly string[]) => names.slice(0, NAMED).join(', ') + (names.length > NAMED ? ', ...' : '')

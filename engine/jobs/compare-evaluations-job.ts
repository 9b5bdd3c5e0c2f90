import { basename } from 'node:path'
import type {
  CompareEvaluationsRequest,
  ComparedClass,
  ComparedEvaluation,
  EvaluationComparison,
} from '../../shared/contract/evaluation-comparison.ts'
import { UsageError } from '../../shared/errors.ts'
import {
  changedSamples,
  compareGuesses,
  lossDifference,
  pairsAt,
  pairSamples,
  type ClassDifference,
  type Guesses,
  type RowPairs,
} from '../../shared/figures/index.ts'
import { classNames, openKept, placed, type KeptPredictions } from './kept-predictions.ts'
import { comparisonNotes, relabelledExample } from './comparison-notes.ts'

/**
 * Compares two evaluations of the same images. These are found by their paths, classes by their names.
 * @throws UsageError where they have no image in common, RunError where one kept no predictions, StorageError where they
 * are not as they were written
 */
export function compareEvaluations(request: CompareEvaluationsRequest): EvaluationComparison {
  const [first, second] = [openKept(request.first), openKept(request.second)]
  const classes = joinClasses(first, second)
  const common = pairSamples(first.keys, second.keys)
  const labelsDiffer = (i: number) =>
    first.samples.labels[common.first[i]!] !== classes.places[second.samples.labels[common.second[i]!]!]
  const relabelled = pairsAt(common, labelsDiffer)
  const pairs = pairsAt(common, (i) => !labelsDiffer(i))
  if (pairs.first.length === 0) throw nothingInCommon(request, first, second, relabelled)
  const here = taken(first, pairs.first)
  const there = taken(second, pairs.second, classes.places)
  const { classes: byClass, ...figures } = compareGuesses(here.samples, there.samples, classes.names.length)
  const loss = lossDifference(here.losses, there.losses, request.seed)
  const changed = changedSamples(here.samples, there.samples, here.likely, there.likely)
  const at = (places: Int32Array): RowPairs => ({
    first: places.map((i) => pairs.first[i]!),
    second: places.map((i) => pairs.second[i]!),
  })
  const { bothRight, broken, fixed } = figures
  const sides = {
    first: sideOf(first, common, classes.firstAlone, (bothRight + broken) / figures.samples),
    second: sideOf(second, common, classes.secondAlone, (bothRight + fixed) / figures.samples),
  }
  return {
    ...sides,
    notes: comparisonNotes({ request, kept: { first, second }, sides, common, relabelled }),
    figures,
    ...(loss && { loss }),
    classes: byClass.map((each, i) => withRecalls(classes.names[i]!, each)).sort(byDifference),
    fixed: at(changed.fixed),
    broken: at(changed.broken),
    bothWrong: at(changed.bothWrong),
    relabelled,
  }
}

/** The classes of the first, then those that only the second has. */
function joinClasses({ report }: KeptPredictions, { report: other }: KeptPredictions) {
  const [own, others] = [classNames(report), classNames(other)]
  const known = { own: new Set(own), others: new Set(others) }
  const secondAlone = others.filter((name) => !known.own.has(name))
  const names = [...own, ...secondAlone]
  const placeOf = new Map(names.map((name, place) => [name, place]))
  return {
    names,
    firstAlone: own.filter((name) => !known.others.has(name)),
    secondAlone,
    /** Of the classes of the second. */
    places: others.map((name) => placeOf.get(name)!),
  }
}

/** The columns of some rows, in their order. @param places of the classes, where they are others */
function taken({ samples, table: { columns } }: KeptPredictions, rows: Int32Array, places: readonly number[] = []) {
  const floats = (values: Float32Array) => Float32Array.from(rows, (row) => values[row]!)
  const classesAt = (values: Int32Array) =>
    placed(
      rows.map((row) => values[row]!),
      places,
    )
  const guesses: Guesses = {
    labels: classesAt(samples.labels),
    guesses: classesAt(samples.guesses),
    confidences: floats(samples.confidences),
  }
  return { samples: guesses, losses: floats(columns.loss), likely: floats(columns.label_probability) }
}

const sideOf = (
  { table: { rows } }: KeptPredictions,
  common: RowPairs,
  classesAlone: readonly string[],
  top1: number,
): ComparedEvaluation => ({ images: rows, alone: rows - common.first.length, classesAlone, top1 })

function withRecalls(name: string, figures: ClassDifference): ComparedClass {
  const { samples, bothRight, broken, fixed } = figures
  if (samples === 0) return { name, ...figures }
  return { name, ...figures, firstRecall: (bothRight + broken) / samples, secondRecall: (bothRight + fixed) / samples }
}

/** Of equal differences, that of more changes comes first. */
const byDifference = (a: ComparedClass, b: ComparedClass) =>
  size(b) - size(a) || b.fixed + b.broken - (a.fixed + a.broken) || Math.sign(b.samples) - Math.sign(a.samples)
const size = ({ difference = 0 }: ComparedClass) => Math.abs(difference)

function nothingInCommon(
  { first, second }: CompareEvaluationsRequest,
  a: KeptPredictions,
  b: KeptPredictions,
  relabelled: RowPairs,
): UsageError {
  const side = (path: string, { report: { dataset }, table: { columns } }: KeptPredictions) =>
    `${basename(path)} is of ${dataset}, such as ${columns.path.at(0)}`
  if (relabelled.first.length === 0)
    return new UsageError(
      `The two evaluations have no image in common, by the paths within their folders: ${side(first, a)}, ${side(second, b)}; compare two of the same images.`,
    )
  return new UsageError(
    `No image that the two evaluations have in common has the same label in both, such as ${relabelledExample(a, b, relabelled)}; compare two evaluations with the same labels.`,
  )
}

import type { EvaluatedSample } from '../../shared/contract/evaluations.ts'
import type { Guesses, SampleKeys } from '../../shared/figures/index.ts'
import { openPredictions, openReport, type PredictionTable } from '../../storage/evaluations/open-evaluation.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'

/** What an evaluation kept of each image. */
export interface KeptPredictions {
  readonly report: EvaluationReport
  readonly table: PredictionTable
  /** The first guess of each. */
  readonly samples: Guesses
  /** By what an image is found in another evaluation. */
  readonly keys: SampleKeys
}

/**
 * @param path of an evaluation, absolute
 * @throws RunError where it kept none, StorageError where they are not as they were written
 */
export function openKept(path: string): KeptPredictions {
  const report = openReport(path)
  const table = openPredictions(path, report)
  return {
    report,
    table,
    samples: firstGuessesOf(table),
    keys: keysOf(table.rows, table.columns.path, table.columns.record),
  }
}

/** The likeliest class of each sample, in columns of their own. */
export function firstGuessesOf({ columns, guesses: width, rows }: PredictionTable): Guesses {
  const first = <A extends Int32Array | Float32Array>(values: A, into: A): A =>
    into.map((_, row) => values[width * row]!) as A
  return {
    labels: columns.label,
    guesses: first(columns.guesses, new Int32Array(rows)),
    confidences: first(columns.probabilities, new Float32Array(rows)),
  }
}

/** Whether its label is among the five likeliest classes of a sample. */
export const isInTop5 = ({ columns, guesses: width }: PredictionTable, row: number): boolean =>
  columns.guesses.subarray(width * row, width * (row + 1)).includes(columns.label[row]!)

/** The path within the dataset; where a file holds several images, with the place of the record, which no path ends with. */
export const keysOf = (
  rows: number,
  path: { at(row: number): string | undefined },
  record?: Float64Array,
): SampleKeys => ({
  rows,
  at: (row) => (record ? `${path.at(row)}\0${record[row]}` : path.at(row)!),
})

/** Class names as they are compared: by what is read, not by how it is encoded. */
export const classNames = ({ classes }: EvaluationReport): string[] => classes.map(({ name }) => name.normalize('NFC'))

/** Classes of a list by their places in another one; {@link NO_GUESS} and what is not there keep their number. */
export const placed = (classes: Int32Array, places: readonly number[]): Int32Array =>
  classes.map((place) => places[place] ?? place)

/** What the predictions say of a sample. */
export function evaluatedSample({ columns, guesses: width }: PredictionTable, row: number): EvaluatedSample {
  const guesses = Array.from({ length: width }, (_, rank) => ({
    label: columns.guesses[width * row + rank]!,
    probability: columns.probabilities[width * row + rank]!,
  }))
  return {
    path: columns.path.at(row),
    ...(columns.record && { record: columns.record[row]! }),
    label: columns.label[row]!,
    guesses: guesses.filter(({ label }) => label >= 0),
    labelProbability: columns.label_probability[row]!,
    loss: columns.loss[row]!,
    entropy: columns.entropy[row]!,
  }
}

import { RunError, StorageError } from '../../shared/errors.ts'
import { openPredictions } from '../../storage/evaluations/open-evaluation.ts'
import type { StoredEvaluation } from './run-folder.ts'

/** What an evaluation kept of an image, for people. */
export interface KeptSample {
  /** Within the folder of the dataset. */
  readonly path: string
  /** Where its record begins in a file with others. */
  readonly record?: number
  readonly label: string
  /** The likeliest class, and how likely it is, 0 to 1; absent where the network gave no numbers. */
  readonly guess?: string
  readonly probability?: number
}

/**
 * Reads the predictions of an evaluation.
 * @returns what gives a row of them
 * @throws RunError where it has none, StorageError where they cannot be read
 */
export function keptSamples({ path, report }: StoredEvaluation): (row: number) => KeptSample {
  const { columns, guesses } = openPredictions(path, report)
  return (row) => {
    const guess = report.classes[columns.guesses[guesses * row]!]?.name
    return {
      path: columns.path.at(row),
      ...(columns.record && { record: columns.record[row]! }),
      label: report.classes[columns.label[row]!]!.name,
      ...(guess !== undefined && { guess, probability: columns.probabilities[guesses * row]! }),
    }
  }
}

/** Whether an evaluation has its predictions, as they were written. */
export function isWhole({ path, report }: StoredEvaluation): boolean {
  try {
    openPredictions(path, report)
    return true
  } catch (error) {
    if (error instanceof RunError || error instanceof StorageError) return false
    throw error
  }
}

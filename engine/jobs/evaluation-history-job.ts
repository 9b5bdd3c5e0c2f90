import { setImmediate } from 'node:timers/promises'
import type { EvaluationHistory, EvaluationHistoryRequest } from '../../shared/contract/evaluation-history.ts'
import { UsageError } from '../../shared/errors.ts'
import { followLearning, isRight, pairSamples, recallsOverTime } from '../../shared/figures/index.ts'
import { openKept, type KeptPredictions } from './kept-predictions.ts'

/** What an evaluation says of an image of the last one, besides 0 and 1 for wrong and right. */
const ABSENT = 2
const RELABELLED = 3

/**
 * Follows the images of a run's evaluations over its checkpoints.
 * @throws UsageError where no image is in all of them, RunError where one kept no predictions, StorageError where they
 * are not as they were written
 */
export async function evaluationHistory({ paths }: EvaluationHistoryRequest): Promise<EvaluationHistory> {
  const last = openKept(paths.at(-1)!)
  const evaluations: { name: string; step: number; column: Uint8Array }[] = []
  for (const path of paths) {
    const kept = openKept(path)
    const { checkpoint: name, step } = kept.report
    evaluations.push({ name, step, column: columnOf(kept, last) })
    // Millions of images take seconds each time: the host must not take this process for stuck.
    await setImmediate()
  }
  const columns = evaluations.map(({ column }) => column)
  const rows = Int32Array.from({ length: last.table.rows }, (_, row) => row).filter((row) =>
    columns.every((column) => column[row]! < ABSENT),
  )
  if (rows.length === 0)
    throw new UsageError('No image is in the evaluations of all checkpoints with the same label; evaluate them again.')
  const matrix = {
    samples: rows.length,
    checkpoints: columns.length,
    right: Uint8Array.from({ length: rows.length * columns.length }, (_, at) => {
      const sample = Math.floor(at / columns.length)
      return columns[at - sample * columns.length]![rows[sample]!]!
    }),
  }
  const { checkpoints: changes, ...learning } = followLearning(matrix)
  const labels = rows.map((row) => last.samples.labels[row]!)
  const { classes } = last.report
  return {
    ...learning,
    checkpoints: evaluations.map(({ name, step }, i) => ({ name, step, ...changes[i]! })),
    images: rows.length,
    notes: notesOf(columns, last.table.rows - rows.length),
    classes: recallsOverTime(matrix, labels, classes.length).map((each, i) => ({ name: classes[i]!.name, ...each })),
    rows,
    right: matrix.right,
  }
}

/** An entry an image of the last evaluation. */
function columnOf({ keys, samples }: KeptPredictions, last: KeptPredictions): Uint8Array {
  const column = new Uint8Array(last.table.rows).fill(ABSENT)
  const { first, second } = pairSamples(last.keys, keys)
  first.forEach((row, i) => {
    const other = second[i]!
    const isSame = last.samples.labels[row] === samples.labels[other]
    column[row] = isSame ? isRight(samples, other) : RELABELLED
  })
  return column
}

function notesOf(columns: readonly Uint8Array[], leftOut: number): string[] {
  const relabelled = columns[0]!.reduce(
    (sum, _, row) => sum + Number(columns.some((column) => column[row] === RELABELLED)),
    0,
  )
  const absent = leftOut - relabelled
  return [
    ...(absent > 0
      ? [`${images(absent)} not in the evaluations of all checkpoints, and left out: the dataset changed in between.`]
      : []),
    ...(relabelled > 0 ? [`${images(relabelled)} left out, since the label changed in between.`] : []),
    ...(columns.length === 1
      ? ['There is one checkpoint only, so nothing is forgotten; run.keepCheckpoints says how many a run keeps.']
      : []),
  ]
}

const images = (count: number) => (count === 1 ? '1 image is' : `${count} images are`)

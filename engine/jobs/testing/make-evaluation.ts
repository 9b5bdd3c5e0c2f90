import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { evaluationReport } from '../../../shared/run-folder/evaluation.ts'
import { writeSealed } from '../../../storage/sealed-json.ts'
import { PredictionsWriter } from '../../run-folder/predictions-writer.ts'

/** What an evaluation is to have said. */
export interface Made {
  readonly checkpoint?: string
  readonly dataset?: string
  readonly classes?: readonly string[]
  /** Path, label and guess by name, and the probability of the label. */
  readonly rows: readonly (readonly [path: string, label: string, guess: string | undefined, likely: number])[]
  /** The places of records, where there are any. */
  readonly records?: readonly number[]
  /** As many numbers a row. */
  readonly features?: Float32Array
}

/** An evaluation as it is kept, in a folder that is not there yet. @returns the folder */
export function makeEvaluation(
  folder: string,
  { checkpoint = 'step-1', dataset = '/data', classes = ['cat', 'dog'], rows, records, features }: Made,
): string {
  mkdirSync(folder)
  const writer = new PredictionsWriter(folder, { classes, inRecords: records !== undefined, logits: false })
  const place = (name: string | undefined) => (name === undefined ? -1 : classes.indexOf(name))
  const width = Math.min(5, classes.length)
  const ranks = <V>(of: (row: Made['rows'][number]) => V, others: V) =>
    rows.flatMap((row) => [of(row), ...Array.from({ length: width - 1 }, () => others)])
  const likely = Float32Array.from(rows, ([, , guess, p]) => (guess === undefined ? NaN : p))
  writer.write({
    path: rows.map(([path]) => path),
    ...(records && { record: Float64Array.from(records) }),
    label: Int32Array.from(rows, ([, label]) => place(label)),
    guesses: Int32Array.from(ranks(([, , guess]) => place(guess), 0)),
    probabilities: Float32Array.from(ranks(([, , guess]) => (guess === undefined ? NaN : 0.9), 0)),
    label_probability: likely,
    loss: likely.map((p) => -Math.log(p)),
    entropy: likely.map(() => 0.5),
    ...(features && { features }),
  })
  const { predictions, features: kept } = writer.finish()
  writer.close()
  const facts = { checkpoint, step: Number(checkpoint.slice(5)), split: 'val', dataset, images: rows.length }
  const figures = { top1: 0, top5: 0, loss: 1, seconds: 1, imagesPerSecond: 1 }
  writeSealed(
    join(folder, 'report.json'),
    evaluationReport.parse({
      ...{ ...facts, ...figures, classes: classes.map((each) => ({ name: each, images: 0, correct: 0 })) },
      predictions: { ...predictions, inRecords: records !== undefined },
      ...(kept && { features: kept }),
    }),
  )
  return folder
}

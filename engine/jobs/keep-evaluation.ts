import { rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { StorageError } from '../../shared/errors.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { evaluationFiles } from '../../shared/run-folder/files.ts'
import { readJson } from '../../storage/files.ts'
import { writeSealed } from '../../storage/sealed-json.ts'
import { writeFolderWhole } from '../../storage/write-folder.ts'
import type { SplitIndex } from '../dataset/index.ts'
import { isFinite } from '../evaluation/evaluate.ts'
import type { EvaluatedBatch } from '../evaluation/evaluation-step.ts'
import { PredictionsWriter, type Predictions } from '../run-folder/predictions-writer.ts'
import { carryOver } from './carry-over.ts'

export interface KeptParts {
  readonly classes: readonly string[]
  readonly split: SplitIndex
  readonly logits: boolean
}

/**
 * Measures, and keeps the report and the predictions in a folder, whole or not at all; one that is there already is
 * replaced, and what of it still holds is kept. Where the disk refuses it, what was measured is given all the same, with the reason.
 * @param measure hands over each batch, and the position of its first sample in the split
 */
export async function keepEvaluation(
  folder: string,
  parts: KeptParts,
  measure: (keep: (first: number, batch: EvaluatedBatch) => void) => Promise<EvaluationReport>,
): Promise<EvaluationReport> {
  let measured: EvaluationReport | undefined
  try {
    const kept = await writeFolderWhole(
      folder,
      async (aside) => {
        const { classes, split, logits } = parts
        const inRecords = split.records !== undefined
        const writer = new PredictionsWriter(aside, { classes, inRecords, logits })
        try {
          measured = await measure((first, batch) => writer.write(predictionsOf(split, first, batch)))
          const { predictions, ...seals } = writer.finish()
          const all = { ...measured, predictions: { ...predictions, inRecords }, ...seals }
          const report = carryOver(folder, aside, all)
          writeSealed(join(aside, evaluationFiles.report), report)
          return report
        } finally {
          writer.close()
        }
      },
      { replace: true },
    )
    removeEarlier(folder, kept)
    return kept
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    // What took long to measure is not lost with the file.
    return { ...(measured ?? (await measure(() => {}))), unsaved: error.message }
  }
}

function predictionsOf({ paths, records }: SplitIndex, first: number, batch: EvaluatedBatch): Predictions {
  const { labels, losses, guesses, probabilities, entropies, logits, features } = batch
  const count = labels.length
  const width = guesses.length / count
  const nothing = labels.map((_, i) => Number(!isFinite(batch, i)))
  const unlessNothing = (values: Float32Array, each = 1) =>
    values.map((value, i) => (nothing[Math.floor(i / each)] ? NaN : value))
  return {
    path: Array.from({ length: count }, (_, i) => paths.at(first + i)!),
    ...(records && { record: records.offsets.subarray(first, first + count) }),
    label: labels,
    guesses: guesses.map((guess, i) => (nothing[Math.floor(i / width)] ? -1 : guess)),
    probabilities: unlessNothing(probabilities, width),
    label_probability: unlessNothing(losses.map((loss) => Math.exp(-loss))),
    loss: unlessNothing(losses),
    entropy: unlessNothing(entropies),
    ...(logits && { logits }),
    ...(features && { features }),
  }
}

/** The first versions wrote the report alone, and left out the mark of other images' folder. */
function removeEarlier(folder: string, { dataset }: EvaluationReport): void {
  const name = basename(folder)
  for (const earlier of [name, name.replace(/-[0-9a-f]{8}$/, '')]) {
    const file = join(dirname(folder), `${earlier}.json`)
    if (earlier === name || (readJson(file) as Partial<EvaluationReport> | undefined)?.dataset === dataset)
      rmSync(file, { force: true })
  }
}

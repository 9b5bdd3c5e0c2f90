import { join } from 'node:path'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import { checkpointName, runFiles } from '../../shared/run-folder/files.ts'
import { keepsValidationLogits } from '../../shared/run-folder/predictions.ts'
import type { DatasetIndex } from '../dataset/index.ts'
import { keepEvaluation } from './keep-evaluation.ts'
import { measureBatches } from './measure-images.ts'
import type { TrainingSession } from './training-session.ts'

/**
 * Measures the validation images in training, and keeps what the network says of each as an evaluation in the run's
 * folder, in place of that of the last time.
 */
export function measureValidation(
  session: TrainingSession,
  { root, classes, splits: { val } }: DatasetIndex,
  { runFolder, step }: { readonly runFolder: string; readonly step: number },
  onImages: (done: number, total: number) => void,
): Promise<EvaluationReport> {
  const parts = { classes, split: val, logits: keepsValidationLogits(val.count, classes.length) }
  return keepEvaluation(join(runFolder, runFiles.validation), parts, async (keep) => {
    const { notes, ...figures } = await session.evaluate((nextBatch) =>
      measureBatches(nextBatch, { images: val, classes, keep }, (done) => onImages(done, val.count)),
    )
    const facts = { checkpoint: checkpointName(step), step, split: 'val', dataset: root } as const
    return { ...facts, ...figures, ...(notes.length > 0 && { notes }) }
  })
}

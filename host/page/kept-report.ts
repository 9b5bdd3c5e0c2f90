import { StorageError } from '../../shared/errors.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'

/** A report that a page can show: one that was kept. Throws `StorageError` that tells its figures, of one that could not be. */
export function keptReport(report: EvaluationReport): EvaluationReport {
  const { unsaved, top1, loss } = report
  if (unsaved === undefined) return report
  throw new StorageError(
    `Top-1 is ${(100 * top1).toFixed(2)} % and the loss ${loss?.toFixed(4) ?? 'no number'}, but the report could not be kept: ${unsaved}`,
  )
}

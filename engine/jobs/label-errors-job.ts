import type { LabelErrorsReport, LabelErrorsRequest } from '../../shared/contract/label-errors.ts'
import { RunError } from '../../shared/errors.ts'
import { labelErrors } from '../../shared/figures/index.ts'
import { openLogits, openPredictions, openReport } from '../../storage/evaluations/open-evaluation.ts'

/**
 * Which labels of the images of an evaluation are likely wrong, by its logits.
 * @throws RunError where it kept none, StorageError where they are not as they were written
 */
export function findLabelErrors({ folder }: LabelErrorsRequest): LabelErrorsReport {
  const report = openReport(folder)
  const { columns, rows } = openPredictions(folder, report)
  const logits = openLogits(folder, report)
  if (!logits)
    throw new RunError(
      report.logits
        ? 'The logits of this evaluation are too many to be read at once; evaluate a smaller part of the images.'
        : 'Wrong labels are found by the logits of all classes, which this evaluation did not keep; evaluate again with --logits.',
    )
  const names = report.classes.map(({ name }) => name)
  const found = labelErrors({ classes: names.length, labels: columns.label, logits })
  const counts = names.map(() => 0)
  for (const row of found.candidates) counts[columns.label[row]!]! += 1
  return {
    images: rows,
    withoutScore: found.withoutScore,
    candidates: Array.from(found.candidates, (row) => ({
      path: columns.path.at(row),
      ...(columns.record && { record: columns.record[row]! }),
      label: names[columns.label[row]!]!,
      suggestion: names[found.suggestions[row]!]!,
      score: found.scores[row]!,
    })),
    classes: report.classes.map(({ name, images }, k) => ({ name, images, candidates: counts[k]! })),
  }
}

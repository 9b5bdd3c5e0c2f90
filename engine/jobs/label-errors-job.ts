import type { LabelErrorsReport, LabelErrorsRequest } from '../../shared/contract/label-errors.ts'
import { RunError } from '../../shared/errors.ts'
import { labelErrors } from '../../shared/figures/index.ts'
import type { EvaluationReport } from '../../shared/run-folder/evaluation.ts'
import {
  openLogits,
  openPredictions,
  openReport,
  type PredictionTable,
} from '../../storage/evaluations/open-evaluation.ts'

/**
 * Which labels of the images of evaluations are likely wrong, by their logits.
 * @throws RunError where one kept none, StorageError where they are not as they were written
 */
export function findLabelErrors({ folders }: LabelErrorsRequest): LabelErrorsReport {
  const { names, labels, logits, sampleAt } = openTogether(folders)
  const found = labelErrors({ classes: names.length, labels, logits })
  const images = countsOf(labels, names.length)
  const candidates = countsOf(
    found.candidates.map((row) => labels[row]!),
    names.length,
  )
  return {
    images: labels.length,
    withoutScore: found.withoutScore,
    candidates: Array.from(found.candidates, (row) => ({
      ...sampleAt(row),
      label: names[labels[row]!]!,
      suggestion: names[found.suggestions[row]!]!,
      score: found.scores[row]!,
    })),
    classes: names.map((name, k) => ({ name, images: images[k]!, candidates: candidates[k]! })),
  }
}

function countsOf(labels: Int32Array, classes: number): Int32Array {
  const counts = new Int32Array(classes)
  for (const label of labels) counts[label]! += 1
  return counts
}

/** The samples of evaluations, one after the other. Of several, no more than one is held beside all. */
function openTogether(folders: readonly string[]) {
  const reports = folders.map(openReport)
  const names = reports[0]!.classes.map(({ name }) => name)
  const tables = folders.map((folder, i) => openPredictions(folder, reports[i]!))
  const [only] = folders
  if (folders.length === 1) {
    const { columns } = tables[0]!
    const logits = logitsOf(only!, reports[0]!)
    return { names, labels: columns.label, logits, sampleAt: (row: number) => sampleOf(columns, row) }
  }
  const total = tables.reduce((sum, { rows }) => sum + rows, 0)
  const labels = new Int32Array(total)
  const logits = new Float32Array(total * names.length)
  const firsts: number[] = []
  let first = 0
  tables.forEach(({ columns, rows }, i) => {
    firsts.push(first)
    labels.set(columns.label, first)
    logits.set(logitsOf(folders[i]!, reports[i]!), first * names.length)
    first += rows
  })
  const sampleAt = (row: number) => {
    const part = firsts.findLastIndex((start) => start <= row)
    return sampleOf(tables[part]!.columns, row - firsts[part]!)
  }
  return { names, labels, logits, sampleAt }
}

const sampleOf = ({ path, record }: PredictionTable['columns'], row: number) => ({
  path: path.at(row),
  ...(record && { record: record[row]! }),
})

function logitsOf(folder: string, report: EvaluationReport): Float32Array {
  const logits = openLogits(folder, report)
  if (logits) return logits
  throw new RunError(
    report.logits
      ? 'The logits of this evaluation are too many to be read at once; evaluate a smaller part of the images.'
      : 'Wrong labels are found by the logits of all classes, which this evaluation did not keep; evaluate again with --logits, or “Keep logits” in the window.',
  )
}

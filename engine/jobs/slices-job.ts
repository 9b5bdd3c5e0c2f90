import type {
  SampleFacts,
  SliceFigures,
  SliceFiguresRequest,
  SlicesReport,
} from '../../shared/contract/sample-facts.ts'
import type { EvaluationPlace } from '../../shared/contract/trainer.ts'
import { rankSlices, sliceRows } from '../../shared/figures/index.ts'
import { imagesOfEvaluation } from './evaluated-images.ts'
import { figuresOf } from './evaluation-figures-job.ts'
import { FactsInProgress, keptFacts } from './image-facts.ts'
import { openKept, type KeptPredictions } from './kept-predictions.ts'
import type { Report } from './report.ts'

/**
 * Which slices of an evaluation's samples do worst. Its images are measured where they were not before.
 * @throws RunError where it kept no predictions, DatasetError where its images are not found
 */
export async function evaluationSlices(
  place: EvaluationPlace,
  least: number | undefined,
  report: Report,
): Promise<SlicesReport> {
  const kept = openKept(place.folder)
  const { columns, unsaved } = await factsOf(place, kept, report)
  return {
    ...rankSlices(kept.samples, columns, least),
    samples: kept.table.rows,
    keys: columns.map(({ key }) => key),
    notes: unsaved === undefined ? [] : [unsaved],
  }
}

/** The figures of a slice. Throws `UsageError` where no sample is in it. */
export async function sliceFigures(
  place: EvaluationPlace,
  { slice, seed }: SliceFiguresRequest,
  report: Report,
): Promise<SliceFigures> {
  const kept = openKept(place.folder)
  const { columns } = await factsOf(place, kept, report)
  return { ...figuresOf(place.folder, kept, seed, sliceRows(columns, slice)), of: kept.table.rows }
}

async function factsOf(
  place: EvaluationPlace,
  { report: evaluation, table }: KeptPredictions,
  report: Report,
): Promise<SampleFacts> {
  const opened = { folder: place.folder, report: evaluation, table }
  const known = keptFacts(opened)
  if (known) return known
  const facts = new FactsInProgress(opened, await imagesOfEvaluation(place, evaluation, table))
  while (facts.done < table.rows) {
    await facts.measure()
    report({ phase: 'checking', done: facts.done, total: table.rows })
  }
  return facts.finish()
}

import { join } from 'node:path'
import type { EvaluationPlace } from '../shared/contract/trainer.ts'
import { DatasetError } from '../shared/errors.ts'
import { runFiles } from '../shared/run-folder/files.ts'
import { comparisonHtml, type ComparedSide } from './report/comparison-report.ts'
import { evaluationHtml } from './report/evaluation-report.ts'
import { readRecipe } from './runs/run-store.ts'
import { readMetrics } from './runs/read-metrics.ts'
import type { StoredEvaluation } from './runs/run-folder.ts'
import type { EvaluatedNetwork } from './runs/evaluated-models.ts'
import type { ImageSearch } from './training/evaluation-place.ts'
import type { Workbench } from './workbench.ts'

type Evaluated = readonly [EvaluatedNetwork, StoredEvaluation]

/**
 * An evaluation as one page of HTML that needs nothing beside it, below 5 MB.
 * @param images where those are looked for; anywhere without
 * @throws RunError where it kept no predictions, StorageError where they are not as they were written
 */
export async function pageOfEvaluation(
  workbench: Workbench,
  [network, evaluation]: Evaluated,
  images?: ImageSearch,
): Promise<string> {
  const { place, ...drawn } = await workbench.evaluations.drawn(network, evaluation, images)
  const { series: metrics } = await readMetrics(join(network.folder, runFiles.metrics), '')
  const check = await checkOf(workbench, place)
  return evaluationHtml({ ...drawn, ...sideOf([network, evaluation]), metrics, check })
}

/** Two evaluations, B against A, likewise. */
export async function pageOfComparison(
  workbench: Workbench,
  [a, b]: readonly [Evaluated, Evaluated],
  images?: ImageSearch,
): Promise<string> {
  const drawn = await workbench.evaluations.drawnComparison([a, b], images)
  return comparisonHtml({ ...drawn, a: sideOf(a), b: sideOf(b) })
}

const sideOf = ([network, { name, report }]: Evaluated): ComparedSide => ({
  title: `${network.id}, ${name}`,
  report,
  ...(network.record && { trained: { run: network.record, recipe: readRecipe(network) } }),
})

/** What a check of its dataset says, or why there is none. */
async function checkOf(workbench: Workbench, { images, imagesProblem }: EvaluationPlace) {
  if (!images) return imagesProblem ?? 'The images of this evaluation are not found.'
  try {
    return await workbench.checkDataset(images.source.root)
  } catch (error) {
    if (error instanceof DatasetError) return error.message
    throw error
  }
}

import type { LabelErrorsReport } from '../shared/contract/label-errors.ts'
import { RunError } from '../shared/errors.ts'
import type { Recipe } from '../shared/recipe/schema.ts'
import { storedEvaluations } from './runs/run-folder.ts'
import type { OnProgress } from './training/trainers.ts'
import type { Workbench } from './workbench.ts'

/**
 * Which labels of the training images of a recipe are likely wrong: trains it once a fold, without that part of them,
 * and judges each part by the network that has not seen it. Each is a run of its own, and stays.
 * @param folds 2 at least
 */
export async function labelErrorsOutOfFold(
  workbench: Workbench,
  recipe: Recipe,
  folds: number,
  onProgress: OnProgress,
): Promise<LabelErrorsReport> {
  const folders: string[] = []
  for (let fold = 0; fold < folds; fold++) {
    onProgress({ phase: 'preparing', message: `Fold ${fold + 1} of ${folds}` })
    folders.push(await evaluateFold(workbench, inFold(recipe, folds, fold), onProgress))
  }
  return workbench.evaluations.labelErrorsTogether(recipe, folders)
}

/** The fold is looked at once, at the end: what is chosen or stopped by it would not be measured honestly on it. */
const inFold = (recipe: Recipe, folds: number, fold: number): Recipe => ({
  ...recipe,
  data: { ...recipe.data, folds, fold },
  run: { ...recipe.run, evaluateEvery: 0, earlyStopping: 0 },
})

async function evaluateFold(workbench: Workbench, recipe: Recipe, onProgress: OnProgress): Promise<string> {
  const handle = await workbench.train(recipe, onProgress)
  const { status } = await handle.outcome
  if (status !== 'finished')
    throw new RunError(
      `The run of fold ${recipe.data.fold + 1} was stopped, so its images are not judged; start again.`,
    )
  const run = workbench.runs.find(handle.id)
  await workbench.evaluate(run, { checkpoint: 'last', split: 'val', logits: true, onProgress })
  return storedEvaluations(run.folder)[0]!.path
}

import { RunError } from '../shared/errors.ts'
import type { Recipe } from '../shared/recipe/schema.ts'
import { storedEvaluations } from './runs/run-folder.ts'
import type { RunStore, StoredRun } from './runs/run-store.ts'
import type { RunHandle } from './training/run-handle.ts'
import type { OnProgress } from './training/trainers.ts'

/** What of the workbench it takes. */
interface Trains {
  readonly runs: RunStore
  train(recipe: Recipe, onProgress: OnProgress): Promise<RunHandle>
  evaluate(run: StoredRun, options: EvaluateOptions): Promise<unknown>
}

interface EvaluateOptions {
  readonly checkpoint: string
  readonly split: 'val'
  readonly logits: boolean
  readonly onProgress: OnProgress
}

/**
 * Trains a recipe once a fold, without that part of the training images, and evaluates it on that part.
 * @returns the folders of the evaluations
 */
export async function evaluateFolds(workbench: Trains, recipe: Recipe, folds: number, onProgress: OnProgress) {
  const folders: string[] = []
  for (let fold = 0; fold < folds; fold++) {
    onProgress({ phase: 'preparing', message: `Fold ${fold + 1} of ${folds}` })
    folders.push(await evaluateFold(workbench, inFold(recipe, folds, fold), onProgress))
  }
  return folders
}

/** The fold is looked at once, at the end: what is chosen or stopped by it would not be measured honestly on it. */
const inFold = (recipe: Recipe, folds: number, fold: number): Recipe => ({
  ...recipe,
  data: { ...recipe.data, folds, fold },
  run: { ...recipe.run, evaluateEvery: 0, earlyStopping: 0 },
})

async function evaluateFold(workbench: Trains, recipe: Recipe, onProgress: OnProgress): Promise<string> {
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

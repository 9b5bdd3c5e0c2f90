import { RunError, UsageError } from '../../shared/errors.ts'
import { scheduleLength, totalSteps } from '../../shared/recipe/schedule.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { resolveRecipe } from '../../shared/recipe/resolve.ts'
import { extensionNote } from '../../shared/run-folder/extension.ts'
import type { RunLength } from '../../shared/run-folder/length.ts'
import { withPlan } from '../../shared/run-folder/plan.ts'
import { newestManifest } from '../runs/run-folder.ts'
import { readRecipe, type StoredRun } from '../runs/run-store.ts'

/** The keys that say how long a run is. */
const lengths = ['schedule.epochs', 'schedule.steps']

/**
 * The recipe of a run that is to train further. Whether it is longer, a trainer says, which knows the steps of an epoch.
 * @param settings `key.path=value`, of the keys that say how long the run is
 * @throws UsageError for another key, or one without effect; RecipeError for a value that cannot be
 */
export function longerRecipe(recipe: Recipe, settings: readonly string[]): Recipe {
  const keys = settings.map((setting) => setting.split('=', 1)[0]!.trim())
  const other = keys.find((key) => !lengths.includes(key))
  if (other !== undefined)
    throw new UsageError(
      `--resume continues a run with its own recipe, of which only ${lengths.join(' or ')} can be changed, not ${other}; start a new run to change that.`,
    )
  const longer = resolveRecipe({ document: recipe, settings })
  if (
    keys.includes('schedule.epochs') &&
    !keys.includes('schedule.steps') &&
    scheduleLength(longer.schedule).unit === 'step'
  )
    throw new UsageError(
      `The run is ${longer.schedule.steps} steps long, whatever schedule.epochs is; set schedule.steps to train it further.`,
    )
  return longer
}

/** A length as a setting of the recipe. */
export const lengthSetting = ({ unit, count }: RunLength): string => `schedule.${unit}s=${count}`

/**
 * What a run does from its newest checkpoint on when it is made so long: the sentence that its trainer says too.
 * @throws RunError where that is no longer than it is; UsageError or RecipeError as {@link longerRecipe}
 */
export function describeLonger(run: StoredRun, length: RunLength): string {
  const recipe = readRecipe(run)
  const longer = longerRecipe(recipe, [lengthSetting(length)])
  const { plan } = withPlan(run.record, recipe)
  if (!plan) throw new RunError(`The run ${run.id} has done no step yet; resume it first.`)
  const steps = totalSteps(longer.schedule, plan.stepsPerEpoch)
  const note = extensionNote(
    longer,
    { ...plan, totalSteps: steps },
    { record: run.record, recipe, checkpoint: newestManifest(run.folder) },
  )
  if (note === undefined)
    throw new RunError(`The run is ${steps} steps long already; name more ${length.unit}s to train it further.`)
  return note
}

/** Whether a run's recipe has the length that was asked for, or more: its trainer has come to write it. */
export const isAsLong = (recipe: Recipe, length: RunLength): boolean =>
  scheduleLength(recipe.schedule).count >= length.count

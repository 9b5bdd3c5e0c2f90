import { UsageError } from '../../shared/errors.ts'
import { scheduleLength } from '../../shared/recipe/schedule.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import { resolveRecipe } from '../../shared/recipe/resolve.ts'

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

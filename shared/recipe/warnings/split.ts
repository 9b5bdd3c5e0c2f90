import { findKey } from '../keys.ts'
import type { Recipe } from '../schema.ts'
import { percent, type Check } from './facts.ts'

/** How a dataset is split into images to train on and images to validate with. */
export const split: readonly Check[] = [
  ({ recipe, dataset }) => (dataset?.isHeldOut ? heldOut(recipe, dataset.images.train, dataset.images.val) : undefined),
  ...(['validationShare', 'splitSeed'] as const).map((name): Check => ({ recipe: { data }, dataset }) => {
    const path = `data.${name}`
    if (!dataset || dataset.isHeldOut || data[name] === findKey(path)?.initial) return undefined
    return { path, message: `It has no effect: the dataset has ${dataset.images.val} validation images of its own.` }
  }),
]

function heldOut({ data, run }: Recipe, train: number, val: number): ReturnType<Check> {
  const problem = heldOutProblem(data.validationShare, run.evaluateEvery > 0, train, val)
  return problem === undefined ? undefined : { path: 'data.validationShare', message: problem }
}

function heldOutProblem(wanted: number, isEvaluated: boolean, train: number, val: number): string | undefined {
  if (val === 0)
    return isEvaluated
      ? 'No image is held out for validation, so the run is never evaluated: the last checkpoint is the best one, and early stopping ends nothing.'
      : undefined
  if (!isEvaluated)
    return `${val} images are held out for validation, and run.evaluateEvery=0 never looks at them: set data.validationShare to 0 to train on them too.`
  if (val > train)
    return `${val} images are held out for validation, more than the ${train} that are left to train on: set data.validationShare to 0.1 or so.`
  const share = val / (train + val)
  if (share <= MOST_ROUNDED * wanted) return undefined
  return `${val} of ${train + val} images are held out for validation, ${percent(share)} in place of ${percent(wanted)}, since at least one of each class is.`
}

/** How many times the share that is held out may be the one that was asked for. */
const MOST_ROUNDED = 2

import { OutOfMemoryError } from '../../shared/errors.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import type { DatasetIndex } from '../data/index.ts'
import type { Report } from './train-job.ts'
import type { TrainingControls } from './training-controls.ts'
import { openTrainingSession } from './training-session.ts'

/**
 * An error that says which batch would fit instead: the first half, quarter, ... of the recipe's with which a step
 * can be done here and now, with so many more batches in a step that its images stay the same. It is tried, not
 * computed: what a step needs depends on the kernels that TensorFlow chooses.
 */
export async function explainMemory(error: OutOfMemoryError, recipe: Recipe, index: DatasetIndex, report: Report, controls: TrainingControls): Promise<OutOfMemoryError> {
  const given = recipe.data.batchSize
  for (const smaller of halves(recipe)) {
    if (controls.wanted === 'stop') return error
    report({ phase: 'preparing', message: `Out of memory; trying a batch of ${smaller.data.batchSize}` })
    const fits = await canStep(smaller, index)
    if (fits === undefined) return error
    if (fits)
      return new OutOfMemoryError(
        `A batch of ${given} images does not fit into the memory of the device, but one of ${smaller.data.batchSize} does: start a new run with data.batchSize=${smaller.data.batchSize} and optimizer.accumulate=${smaller.optimizer.accumulate}.`,
        { cause: error },
      )
  }
  return new OutOfMemoryError(`Not even one image fits into the memory of the device; choose a smaller network or a smaller data.imageSize.`, { cause: error })
}

/** The recipe with half of the batch, a quarter, ... down to one image. */
export function* halves(recipe: Recipe): Generator<Recipe> {
  const { data, optimizer } = recipe
  for (let parts = 2; parts <= data.batchSize; parts *= 2) {
    const batchSize = Math.floor(data.batchSize / parts)
    yield { ...recipe, data: { ...data, batchSize }, optimizer: { ...optimizer, accumulate: optimizer.accumulate * parts } }
  }
}

/** Whether one step of a recipe can be done; nothing where that fails for another reason. */
async function canStep(recipe: Recipe, index: DatasetIndex): Promise<boolean | undefined> {
  try {
    const session = await openTrainingSession(recipe, index)
    try {
      await session.start(0)
      await session.step(0, 0)
      return true
    } finally {
      session.dispose()
    }
  } catch (error) {
    return error instanceof OutOfMemoryError ? false : undefined
  }
}

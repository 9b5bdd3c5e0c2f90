import type { TrainerProgress, TryStepRequest } from '../../shared/contract/trainer.ts'
import { OutOfMemoryError, TrainerLostError } from '../../shared/errors.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import type { TrainerProcess } from './trainer/trainer-process.ts'

export interface Search {
  readonly request: TryStepRequest
  /** Starts a trainer like the one that ran out of memory. */
  readonly start: () => TrainerProcess
  readonly isStopped: () => boolean
  readonly onProgress: (progress: TrainerProgress) => void
}

/**
 * An error that says which batch would fit: the first half, quarter, ... of the recipe's with which a step can be done,
 * with so many more batches in a step that its images stay the same. It is tried, not computed, since what a step needs
 * depends on the kernels that TensorFlow chooses; and each in a process of its own, since TensorFlow may crash where
 * memory runs out.
 */
export async function explainMemory(error: OutOfMemoryError, search: Search): Promise<OutOfMemoryError> {
  const { recipe } = search.request
  for (const smaller of smallerBatches(recipe)) {
    if (search.isStopped()) return error
    const { batchSize } = smaller.data
    search.onProgress({ phase: 'preparing', message: `Out of memory; trying a batch of ${batchSize}` })
    const fits = await canStep(search, smaller)
    if (fits === undefined) return error
    if (fits)
      return explained(
        error,
        `a batch of ${batchSize} does: start a new run with data.batchSize=${batchSize} and optimizer.accumulate=${smaller.optimizer.accumulate}`,
        recipe,
      )
  }
  return explained(error, 'one image does not either: choose a smaller network or a smaller data.imageSize', recipe)
}

const explained = (cause: Error, what: string, { data }: Recipe) =>
  new OutOfMemoryError(
    `A training step with a batch of ${data.batchSize} images does not fit into the memory of the device; ${what}.`,
    { cause },
  )

/** The recipe with half of its batch, a quarter, ... down to one image. */
export function* smallerBatches(recipe: Recipe): Generator<Recipe> {
  const { data, optimizer } = recipe
  for (let parts = 2; parts <= data.batchSize; parts *= 2)
    yield {
      ...recipe,
      data: { ...data, batchSize: Math.floor(data.batchSize / parts) },
      optimizer: { ...optimizer, accumulate: optimizer.accumulate * parts },
    }
}

/** Whether one step of a recipe can be done; nothing where that fails for another reason. */
async function canStep({ request, start }: Search, recipe: Recipe): Promise<boolean | undefined> {
  const trainer = start()
  try {
    await trainer.calls.tryStep({ ...request, recipe })
    return true
  } catch (error) {
    return error instanceof OutOfMemoryError || error instanceof TrainerLostError ? false : undefined
  } finally {
    trainer.kill()
    await trainer.exited
  }
}

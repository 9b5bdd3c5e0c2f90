import type { TryStepRequest } from '../../shared/contract/trainer.ts'
import { openIndex } from '../dataset/index.ts'
import { readCorrections } from '../run-folder/own-corrections.ts'
import { openTrainingSession } from './training-session.ts'

/** Does one training step of a recipe, and forgets it. Throws `OutOfMemoryError` where it does not fit into memory. */
export async function tryStep({ dataset, cacheFolder, recipe }: TryStepRequest): Promise<void> {
  const index = await openIndex(dataset.root, cacheFolder, {
    split: recipe.data,
    corrections: readCorrections(recipe),
    records: dataset.records,
  })
  // Without the cache of pixels: it takes the same memory whatever the batch, and none of the device.
  const session = await openTrainingSession(recipe, index)
  try {
    await session.start(0)
    await session.step(0, 0)
  } finally {
    session.dispose()
  }
}

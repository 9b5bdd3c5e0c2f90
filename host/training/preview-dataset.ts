import type { PreviewedSample } from '../../shared/contract/preview.ts'
import { UsageError } from '../../shared/errors.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import type { Split } from '../../shared/recipe/split.ts'
import type { TrainerProcess } from './trainer/trainer-process.ts'

export interface PreviewOptions {
  readonly split: Split
  /** How many, spread evenly over the split. */
  readonly count: number
  /** From 0. */
  readonly epoch: number
}

export interface DatasetPreview {
  readonly classes: readonly string[]
  readonly samples: readonly PreviewedSample[]
}

/** Samples of a recipe's dataset, which the trainer must know, as training will see them. Throws `UsageError` where the split has no image. */
export async function previewDataset(
  { calls }: TrainerProcess,
  recipe: Recipe,
  { split, count, epoch }: PreviewOptions,
): Promise<DatasetPreview> {
  const { dataset, validationShare, splitSeed } = recipe.data
  const holdOut = { validationShare, splitSeed }
  const { classes, total } = await calls.listImages({ dataset, split, offset: 0, limit: 1, holdOut })
  if (total === 0) throw new UsageError(`${dataset} has no image in ${split}; choose the other split.`)
  const shown = Math.min(count, total)
  const samples = Array.from({ length: shown }, (_, i) => Math.floor((i * total) / shown))
  return { classes, samples: await calls.previewSamples({ recipe, split, epoch, samples }) }
}

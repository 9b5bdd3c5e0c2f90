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

/** Samples of a recipe's dataset as training will see them. Throws `UsageError` where the split has no image. */
export async function previewDataset(
  { calls }: TrainerProcess,
  { root, cacheFolder, recipe }: { readonly root: string; readonly cacheFolder: string; readonly recipe: Recipe },
  { split, count, epoch }: PreviewOptions,
): Promise<DatasetPreview> {
  const { validationShare, splitSeed } = recipe.data
  const { classes, splits } = await calls.listImages({ root, cacheFolder, holdOut: { validationShare, splitSeed } })
  const total = splits[split].labels.length
  if (total === 0) throw new UsageError(`${root} has no image in ${split}; choose the other split.`)
  const shown = Math.min(count, total)
  const samples = Array.from({ length: shown }, (_, i) => Math.floor((i * total) / shown))
  return { classes, samples: await calls.previewSamples({ root, cacheFolder, recipe, split, epoch, samples }) }
}

import type { PreviewedSample } from '../shared/contract/preview.ts'
import { UsageError } from '../shared/errors.ts'
import type { Recipe } from '../shared/recipe/schema.ts'
import type { Split } from '../shared/run.ts'
import type { OnProgress, Workbench } from './workbench.ts'

export interface PreviewOptions {
  readonly split: Split
  /** How many, spread evenly over the split. */
  readonly count: number
  /** From 0. */
  readonly epoch: number
  readonly onProgress?: OnProgress
}

export interface DatasetPreview {
  readonly classes: readonly string[]
  readonly samples: readonly PreviewedSample[]
}

/** Samples of a recipe's dataset as training will see them, from a trainer of their own. */
export async function previewDataset(
  workbench: Workbench,
  recipe: Recipe,
  { split, count, epoch, onProgress }: PreviewOptions,
): Promise<DatasetPreview> {
  const { root } = workbench.datasets.resolve(recipe.data.dataset)
  const cacheFolder = workbench.home.ensure('cache')
  const trainer = workbench.startTrainer(recipe)
  if (onProgress) trainer.onProgress(onProgress)
  try {
    const { classes, splits } = await trainer.calls.listImages({
      root,
      cacheFolder,
      holdOut: { validationShare: recipe.data.validationShare, splitSeed: recipe.data.splitSeed },
    })
    const total = splits[split].labels.length
    if (total === 0) throw new UsageError(`${root} has no image in ${split}; choose the other split.`)
    const shown = Math.min(count, total)
    const samples = Array.from({ length: shown }, (_, i) => Math.floor((i * total) / shown))
    return {
      classes,
      samples: await trainer.calls.previewSamples({ root, cacheFolder, recipe, split, epoch, samples }),
    }
  } finally {
    trainer.kill()
    await trainer.exited
  }
}

import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { captionsOf, previewSheet } from './preview-sheet.ts'
import type { Workbench } from '../host/workbench.ts'
import type { PreviewedSample } from '../shared/contract/preview.ts'
import { splits, type Split } from '../shared/recipe/split.ts'
import { UsageError } from '../shared/errors.ts'
import { writeWhole } from '../storage/files.ts'
import { answering, type Answer } from './answer.ts'
import { counted, shortPath } from './format.ts'
import { withProgress } from './progress.ts'
import { recipeOf, withRecipeOptions, type RecipeOptions } from './recipe-options.ts'
import { wholeNumber } from './whole-number.ts'

interface PreviewOptions extends RecipeOptions {
  readonly split: Split
  readonly samples: number
  readonly epoch: number
  readonly out: string
}

const MOST_SAMPLES = 256

export function addDatasetsPreview(datasets: Command, workbench: Workbench): void {
  const command = withRecipeOptions(
    datasets
      .command('preview')
      .description('draw samples exactly as training will see them, from the pipeline itself')
      .argument('<dataset>', 'a name or a folder'),
  )
    .addOption(new Option('--split <split>', 'which images').choices(splits).default('train'))
    .option('--samples <n>', 'how many, spread over the split', wholeNumber('--samples', 1), 24)
    .option('--epoch <n>', 'the epoch that they are seen in, from 0', wholeNumber('--epoch', 0), 0)
    .option('--out <file>', 'the PNG to write', 'sheet.png')
  answering(command, (name: string, options: PreviewOptions) => preview(workbench, name, options))
}

async function preview(
  workbench: Workbench,
  name: string,
  { split, samples: count, epoch, out, ...recipeOptions }: PreviewOptions,
): Promise<Answer> {
  const recipe = recipeOf(recipeOptions, [`data.dataset=${name}`])
  if (count > MOST_SAMPLES) throw new UsageError(`--samples must be at most ${MOST_SAMPLES}, not ${count}.`)
  const found = await withProgress((onProgress) =>
    workbench.previewDataset(recipe, { split, count, epoch, onProgress }),
  )
  const file = resolve(out)
  writeWhole(file, await previewSheet(found))
  const captions = captionsOf(found)
  const samples = found.samples.map((sample, i) => ({
    ...factsOf(sample, found.classes),
    caption: captions[i]!.join(' ').trim(),
  }))
  return {
    data: { file, split, epoch, samples },
    text: `${counted(samples.length, 'sample')} of ${name}, epoch ${epoch}: ${shortPath(file)}`,
  }
}

function factsOf(sample: PreviewedSample, classes: readonly string[]) {
  const { index, label, height, mixed } = sample
  const targets = mixed && [
    { class: classes[label], share: mixed.share },
    { class: classes[mixed.partnerLabel], share: 1 - mixed.share },
  ]
  return {
    index,
    class: classes[label],
    size: height,
    ...(mixed && { partner: mixed.partner, kind: mixed.pasted ? 'cutmix' : 'mixup', targets }),
  }
}

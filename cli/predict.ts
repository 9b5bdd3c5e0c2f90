import type { Command } from 'commander'
import type { PredictOptions, Workbench } from '../host/workbench.ts'
import type { PredictedImage, PredictionReport } from '../shared/contract/trainer.ts'
import { answering } from './answer.ts'
import { describePassedOver } from './describe-dataset.ts'
import { counted, percent } from './format.ts'
import { withProgress } from './progress.ts'
import { section } from './text.ts'
import { wholeNumber } from './whole-number.ts'

export function addPredict(program: Command, workbench: Workbench): void {
  const command = program
    .command('predict')
    .description('tell what a run takes images for')
    .argument('<run>', 'an id, its beginning, a folder or "last"')
    .argument('<paths...>', 'images, and folders of them')
    .option('--checkpoint <name>', '"best", "last" or a name such as step-100', 'best')
    .option('--top <count>', 'classes that are told of each image', wholeNumber('--top', 1), 5)
  answering(command, async (wanted: string, paths: string[], options: PredictOptions) => {
    const run = workbench.runs.find(wanted)
    const report = await withProgress((onProgress) => workbench.predict(run, paths, { ...options, onProgress }))
    return {
      data: { run: run.id, ...report },
      text: describe(run.id, report),
      status: report.images.length > 0 ? 0 : 1,
    }
  })
}

function describe(id: string, { checkpoint, images, unreadable, passedOver }: PredictionReport): string {
  const parts = [section(`${id}, ${checkpoint}`, images.map(row))]
  if (unreadable.length > 0)
    parts.push(
      section(
        `${counted(unreadable.length, 'image')} cannot be read`,
        unreadable.map(({ file, reason }) => [file, reason]),
      ),
    )
  return [...parts, ...describePassedOver(passedOver)].join('\n\n')
}

const row = ({ file, classes }: PredictedImage) => [
  file,
  classes.map(({ name, probability }) => `${name} ${percent(probability)}`).join(', '),
]

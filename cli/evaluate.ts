import { Option, type Command } from 'commander'
import type { EvaluateOptions, Workbench } from '../host/workbench.ts'
import type { EvaluationReport } from '../shared/run-folder/evaluation.ts'
import { splits } from '../shared/recipe/split.ts'
import { answering } from './answer.ts'
import { counted, decimal, duration, percent, rate } from './format.ts'
import { withProgress } from './progress.ts'
import { section } from './text.ts'

/** An option, and what it says of itself. */
export const LEAVE_OUT_UNKNOWN = [
  '--leave-out-unknown',
  'leave out images of classes that the network does not know',
] as const

export function addEvaluate(program: Command, workbench: Workbench): void {
  const command = program
    .command('evaluate')
    .description('measure a checkpoint of a run on a dataset')
    .argument('<run>', 'an id, its beginning, a folder or "last"')
    .option('--checkpoint <name>', '"best", "last" or a name such as step-100', 'best')
    .addOption(
      new Option('--split <split>', 'which images; val where the dataset has splits, else all').choices(splits),
    )
    .option('--dataset <dataset>', 'other images: a name or a folder; classes are matched by their names')
    .option(...LEAVE_OUT_UNKNOWN)
    .option('--logits', 'keep the logits of all classes too, also where they take more than 200 MB')
    .option('--no-logits', 'do not keep them')
    .option('--features', "keep each image's features too: what the last dense layer makes the logits of")
  answering(command, async (wanted: string, options: EvaluateOptions) => {
    const run = workbench.runs.find(wanted)
    const report = await withProgress((onProgress) => workbench.evaluate(run, { ...options, onProgress }))
    const { unsaved } = report
    if (unsaved !== undefined) process.stderr.write(`The report could not be kept. ${unsaved}\n`)
    return {
      data: { run: run.id, ...report },
      text: describeReport(run.id, report),
      status: unsaved === undefined ? 0 : 1,
    }
  })
}

function describeReport(id: string, report: EvaluationReport): string {
  const facts = [
    ['checkpoint', report.checkpoint],
    ['images', report.split === 'all' ? String(report.images) : `${report.images} of ${report.split}`],
    ...(report.leftOut === undefined ? [] : [['left out', `${counted(report.leftOut, 'image')} of unknown classes`]]),
    ['top-1', percent(report.top1)],
    ['top-5', percent(report.top5)],
    ['loss', report.loss === null ? '-' : decimal(report.loss)],
    ['time', `${duration(report.seconds)}, ${rate(report.imagesPerSecond)} images/s`],
  ]
  const classes = report.classes.map(({ name, images, correct }) => [
    name,
    images === 0 ? '-' : percent(correct / images),
    counted(images, 'image'),
  ])
  return [section(id, facts), section('Classes', classes, [1, 2])].join('\n\n')
}

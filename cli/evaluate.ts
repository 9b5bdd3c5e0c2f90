import { classTable, lowestFirst } from './class-table.ts'
import { Option, type Command } from 'commander'
import { isSavedModel, type EvaluateOptions, type Workbench } from '../host/workbench.ts'
import { UsageError } from '../shared/errors.ts'
import type { EvaluationReport } from '../shared/run-folder/evaluation.ts'
import { splits } from '../shared/recipe/split.ts'
import { answering } from './answer.ts'
import { namesOf, NETWORK } from './chosen-evaluation.ts'
import { counted, decimal, duration, percent, rate } from './format.ts'
import { addModelOptions, refuseModelOptions, toldBy, type ModelOptions } from './model-options.ts'
import { withProgress } from './progress.ts'
import { section } from './text.ts'

/** An option, and what it says of itself. */
export const LEAVE_OUT_UNKNOWN = [
  '--leave-out-unknown',
  'leave out images of classes that the network does not know',
] as const

type Options = Omit<EvaluateOptions, 'checkpoint' | 'onProgress'> & { readonly checkpoint?: string } & ModelOptions

export function addEvaluate(program: Command, workbench: Workbench): void {
  const command = program
    .command('evaluate')
    .description('measure a checkpoint of a run, or a SavedModel, on a dataset')
    .argument('<network>', NETWORK)
    .option('--checkpoint <name>', '"best", "last" or a name such as step-100 (default: "best")')
    .addOption(
      new Option('--split <split>', 'which images; val where the dataset has splits, else all').choices(splits),
    )
    .option('--dataset <dataset>', 'other images: a name or a folder; classes are matched by their names')
    .option(...LEAVE_OUT_UNKNOWN)
    .option('--logits', 'keep the logits of all classes too, also where they take more than 200 MB')
    .option('--no-logits', 'do not keep them')
    .option('--features', "keep each image's features too: what the last dense layer makes the logits of")
  answering(addModelOptions(command), async (wanted: string, options: Options) => {
    const evaluate = isSavedModel(wanted) ? evaluateModel : evaluateRun
    const { network, report } = await evaluate(workbench, wanted, options)
    const { unsaved } = report
    if (unsaved !== undefined) process.stderr.write(`The report could not be kept. ${unsaved}\n`)
    return {
      data: { ...namesOf(network), ...report },
      text: describeReport(network.id, report),
      status: unsaved === undefined ? 0 : 1,
    }
  })
}

async function evaluateRun(workbench: Workbench, wanted: string, options: Options) {
  const network = workbench.runs.find(wanted)
  refuseModelOptions(options)
  const { checkpoint = 'best', split, dataset, leaveOutUnknown, logits, features } = options
  const given = { checkpoint, split, dataset, leaveOutUnknown, logits, features } as EvaluateOptions
  const report = await withProgress((onProgress) => workbench.evaluate(network, { ...given, onProgress }))
  return { network, report }
}

function evaluateModel(workbench: Workbench, wanted: string, options: Options) {
  const { dataset, split, leaveOutUnknown, logits } = options
  const odd = (['checkpoint', 'features'] as const).find((name) => options[name] !== undefined)
  if (odd) throw new UsageError(`--${odd} is of a run: a SavedModel has none, so leave it out.`)
  if (dataset === undefined)
    throw new UsageError('Name the images that the SavedModel is measured on: --dataset NAME or FOLDER.')
  const given = {
    dataset,
    told: toldBy(options),
    ...(split && { split }),
    ...(leaveOutUnknown && { leaveOutUnknown }),
    ...(logits !== undefined && { logits }),
  }
  return withProgress((onProgress) => workbench.savedModels.evaluate(wanted, { ...given, onProgress }))
}

const foldedText = (difference: number) =>
  `folded into the convolutions; a logit changes by at most ${difference.toExponential(1)} of the largest`

function describeReport(id: string, report: EvaluationReport): string {
  const facts = [
    ['checkpoint', report.checkpoint],
    ['images', report.split === 'all' ? String(report.images) : `${report.images} of ${report.split}`],
    ...(report.leftOut === undefined ? [] : [['left out', `${counted(report.leftOut, 'image')} of unknown classes`]]),
    ['top-1', percent(report.top1)],
    ['top-5', percent(report.top5)],
    ['loss', report.loss === null ? '-' : decimal(report.loss)],
    ['time', `${duration(report.seconds)}, ${rate(report.imagesPerSecond)} images/s`],
    ...(report.folding?.folded ? [['batch norm', foldedText(report.folding.difference!)]] : []),
  ]
  const recall = ({ images, correct }: (typeof report.classes)[number]) => (images === 0 ? undefined : correct / images)
  const { heading, classes } = lowestFirst(report.classes, 'recall', recall)
  const rows = classes.map((one) => {
    const share = recall(one)
    return [one.name, share === undefined ? '-' : percent(share), counted(one.images, 'image')]
  })
  return [section(id, facts), classTable({ heading, rows, right: [1, 2] })].join('\n\n')
}

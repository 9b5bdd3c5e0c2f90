import { Option, type Command } from 'commander'
import { join, relative, sep } from 'node:path'
import type { PredictOptions, Workbench } from '../host/workbench.ts'
import type { PredictedImage, PredictionReport } from '../shared/contract/trainer.ts'
import { csvCell } from '../shared/csv-cell.ts'
import { answering } from './answer.ts'
import { describePassedOver } from './describe-dataset.ts'
import { counted, percent } from './format.ts'
import { listedPaths } from './listed-paths.ts'
import { withProgress } from './progress.ts'
import { section } from './text.ts'
import { wholeNumber } from './whole-number.ts'

export function addPredict(program: Command, workbench: Workbench): void {
  const command = program
    .command('predict')
    .description('tell what a run takes images for')
    .argument('<run>', 'an id, its beginning, a folder or "last"')
    .argument('<paths...>', 'images, and folders of them; "-": those that come on stdin, one a line')
    .option('--checkpoint <name>', '"best", "last" or a name such as step-100', 'best')
    .option('--top <count>', 'classes that are told of each image', wholeNumber('--top', 1), 5)
    .addOption(new Option('--csv', 'print CSV: a row an image; what cannot be read goes to stderr').conflicts('json'))
  answering(command, async (wanted: string, named: string[], { csv, ...options }: PredictCommandOptions) => {
    const run = workbench.runs.find(wanted)
    const paths = await listedPaths(named, process.stdin)
    const report = await withProgress((onProgress) => workbench.predict(run, paths, { ...options, onProgress }))
    if (csv)
      process.stderr.write(
        beside(report)
          .map((part) => `${part}\n`)
          .join(''),
      )
    return {
      data: { run: run.id, ...report },
      text: csv ? csvOf(report, Math.min(options.top, run.record.dataset.classes.length)) : describe(run.id, report),
      status: report.images.length > 0 ? 0 : 1,
    }
  })
}

type PredictCommandOptions = PredictOptions & { readonly csv?: boolean }

/** A head, and a row an image. */
function csvOf({ root, images }: PredictionReport, classes: number): string {
  const head = Array.from({ length: classes }, (_, i) => [`class_${i + 1}`, `probability_${i + 1}`])
  const rows = images.map(({ file, classes: likeliest }) => [
    pathFromHere(join(root, file)),
    ...head.flatMap((_, i) => [likeliest[i]?.name ?? '', String(likeliest[i]?.probability ?? '')]),
  ])
  return [['file', ...head.flat()], ...rows].map((cells) => cells.map(csvCell).join(',')).join('\n')
}

/** As a person here would write it: whole where it lies elsewhere. */
function pathFromHere(path: string): string {
  const short = relative('', path)
  return short === '..' || short.startsWith(`..${sep}`) ? path : short
}

const describe = (id: string, report: PredictionReport) =>
  [section(`${id}, ${report.checkpoint}`, report.images.map(row)), ...beside(report)].join('\n\n')

/** What else is to be told: images that cannot be read, files that were passed over. */
function beside({ unreadable, passedOver }: PredictionReport): string[] {
  const heading = `${counted(unreadable.length, 'image')} cannot be read`
  const rows = unreadable.map(({ file, reason }) => [file, reason])
  return [...(rows.length > 0 ? [section(heading, rows)] : []), ...describePassedOver(passedOver)]
}

const row = ({ file, classes }: PredictedImage) => [
  file,
  classes.length === 0
    ? 'the network gave no number'
    : classes.map(({ name, probability }) => `${name} ${percent(probability)}`).join(', '),
]

import { Option, type Command } from 'commander'
import { resolve } from 'node:path'
import {
  exportPredictions,
  predictionFormats,
  storedEvaluations,
  type PredictionFormat,
  type Workbench,
} from '../host/workbench.ts'
import type { Slice } from '../shared/figures/index.ts'
import { pageOfEvaluation } from '../host/evaluation-html.ts'
import { UsageError } from '../shared/errors.ts'
import { answering } from './answer.ts'
import { chosenEvaluation, EVALUATION } from './chosen-evaluation.ts'
import { describeFigures } from './describe-figures.ts'
import { addEvaluationsSlices, slice, sliceAnswer } from './evaluations-slices.ts'
import { addEvaluationsHistory } from './evaluations-history.ts'
import { counted, percent, shortPath } from './format.ts'
import { htmlOption, writePage } from './html-page.ts'
import { table } from './text.ts'

type ExportOptions = Readonly<Record<PredictionFormat, string | undefined>>

export function addEvaluations(program: Command, workbench: Workbench): void {
  const evaluations = program.command('evaluations').description('what "anneal evaluate" has kept of a run')
  answering(
    evaluations.command('list').description('list them').argument('<run>', 'an id, its beginning, a folder or "last"'),
    (wanted: string) => {
      const run = workbench.runs.find(wanted)
      const list = storedEvaluations(run.folder)
      return {
        data: { run: run.id, evaluations: list.map(({ name, report }) => ({ name, ...report })) },
        text:
          list.length === 0
            ? `${run.id} has no evaluation; "anneal evaluate ${run.id}" makes one.`
            : table(
                list.map(({ name, report }) => [name, counted(report.images, 'image'), percent(report.top1)]),
                [2],
              ),
      }
    },
  )
  addEvaluationsShow(evaluations, workbench)
  addEvaluationsSlices(evaluations, workbench)
  addEvaluationsHistory(evaluations, workbench)
  addEvaluationsExport(evaluations, workbench)
}

function addEvaluationsShow(evaluations: Command, workbench: Workbench): void {
  answering(
    evaluations
      .command('show')
      .description('the figures of one: of each class, calibration, the largest mistakes')
      .argument('<run>', 'an id, its beginning, a folder or "last"')
      .argument('[evaluation]', EVALUATION)
      .option(
        '--slice <key=value>',
        'of a part of the images alone: type="PNG RGB", brightness=0..60; see slices',
        slice,
      )
      .addOption(htmlOption()),
    async (wanted: string, name: string | undefined, options: { slice?: Slice; html?: string }) => {
      const run = workbench.runs.find(wanted)
      const evaluation = chosenEvaluation(run, name)
      if (options.html !== undefined)
        return writePage(options.html, await pageOfEvaluation(workbench, [run, evaluation]))
      if (options.slice) return sliceAnswer(workbench, run, evaluation, options.slice)
      const figures = await workbench.evaluations.figures(run, evaluation)
      return {
        data: { run: run.id, evaluation: evaluation.name, ...figures },
        text: describeFigures(`${run.id}, ${evaluation.name}`, figures),
      }
    },
  )
}

function addEvaluationsExport(evaluations: Command, workbench: Workbench): void {
  const command = evaluations
    .command('export')
    .description('write what the network said of each image: its likeliest classes, their probabilities, loss, entropy')
    .argument('<run>', 'an id, its beginning, a folder or "last"')
    .argument('[evaluation]', EVALUATION)
  for (const format of predictionFormats)
    command.addOption(
      new Option(`--${format} <file>`, `the file to write as ${titles[format]}`).conflicts(
        predictionFormats.filter((other) => other !== format),
      ),
    )
  answering(command, async (wanted: string, name: string | undefined, options: ExportOptions) => {
    const format = predictionFormats.find((each) => options[each] !== undefined)
    if (!format) throw new UsageError('Name the file to write: --csv FILE, --jsonl FILE or --parquet FILE.')
    const run = workbench.runs.find(wanted)
    const evaluation = chosenEvaluation(run, name)
    const file = resolve(options[format]!)
    const rows = await exportPredictions(evaluation, format, file)
    return {
      data: { run: run.id, evaluation: evaluation.name, file, rows },
      text: `${counted(rows, 'image')} of ${evaluation.name}: ${shortPath(file)}`,
    }
  })
}

const titles: Readonly<Record<PredictionFormat, string>> = { csv: 'CSV', jsonl: 'JSON lines', parquet: 'Parquet' }

import { Option, type Command } from 'commander'
import { resolve } from 'node:path'
import { exportPredictions, predictionFormats, type PredictionFormat, type Workbench } from '../host/workbench.ts'
import type { Slice } from '../shared/figures/index.ts'
import { pageOfEvaluation } from '../host/evaluation-html.ts'
import { UsageError } from '../shared/errors.ts'
import { answering } from './answer.ts'
import { EVALUATION, findEvaluation, namesOf, RUN_AND_EVALUATION } from './chosen-evaluation.ts'
import { describeFigures } from './describe-figures.ts'
import { addEvaluationsSlices, slice, sliceAnswer } from './evaluations-slices.ts'
import { addEvaluationsList } from './evaluations-list.ts'
import { addEvaluationsMap } from './evaluations-map.ts'
import { addEvaluationsHistory } from './evaluations-history.ts'
import { counted, shortPath } from './format.ts'
import { htmlOption, writePage } from './html-page.ts'

type ExportOptions = Readonly<Record<PredictionFormat, string | undefined>>

export function addEvaluations(program: Command, workbench: Workbench): void {
  const evaluations = program
    .command('evaluations')
    .description('what "anneal evaluate" has kept of a run or a SavedModel')
  addEvaluationsList(evaluations, workbench)
  addEvaluationsShow(evaluations, workbench)
  addEvaluationsSlices(evaluations, workbench)
  addEvaluationsHistory(evaluations, workbench)
  addEvaluationsMap(evaluations, workbench)
  addEvaluationsExport(evaluations, workbench)
}

function addEvaluationsShow(evaluations: Command, workbench: Workbench): void {
  answering(
    evaluations
      .command('show')
      .description('the figures of one: of each class, calibration, the largest mistakes')
      .argument('<network>', RUN_AND_EVALUATION)
      .argument('[evaluation]', EVALUATION)
      .option(
        '--slice <key=value>',
        'of a part of the images alone: type="PNG RGB", brightness=0..60; see slices',
        slice,
      )
      .addOption(htmlOption()),
    async (wanted: string, name: string | undefined, options: { slice?: Slice; html?: string }) => {
      const { network, evaluation } = await findEvaluation(workbench, wanted, name)
      if (options.html !== undefined)
        return writePage(options.html, await pageOfEvaluation(workbench, [network, evaluation]))
      if (options.slice) return sliceAnswer(workbench, network, evaluation, options.slice)
      const figures = await workbench.evaluations.figures(network, evaluation)
      return {
        data: { ...namesOf(network), evaluation: evaluation.name, ...figures },
        text: describeFigures(`${network.id}, ${evaluation.name}`, figures),
      }
    },
  )
}

function addEvaluationsExport(evaluations: Command, workbench: Workbench): void {
  const command = evaluations
    .command('export')
    .description('write what the network said of each image: its likeliest classes, their probabilities, loss, entropy')
    .argument('<network>', RUN_AND_EVALUATION)
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
    const { network, evaluation } = await findEvaluation(workbench, wanted, name)
    const file = resolve(options[format]!)
    const rows = await exportPredictions(evaluation, format, file)
    return {
      data: { ...namesOf(network), evaluation: evaluation.name, file, rows },
      text: `${counted(rows, 'image')} of ${evaluation.name}: ${shortPath(file)}`,
    }
  })
}

const titles: Readonly<Record<PredictionFormat, string>> = { csv: 'CSV', jsonl: 'JSON lines', parquet: 'Parquet' }

import { Option, type Command } from 'commander'
import { resolve } from 'node:path'
import type { EvaluatedNetwork, Workbench } from '../host/workbench.ts'
import { labelErrorsOutOfFold } from '../host/out-of-fold.ts'
import type { LabelErrorCandidate, LabelErrorsReport } from '../shared/contract/label-errors.ts'
import { csvCell } from '../shared/csv-cell.ts'
import { UsageError } from '../shared/errors.ts'
import { storing } from '../storage/files.ts'
import { writeFileWhole } from '../storage/write-file.ts'
import { answering } from './answer.ts'
import { classTable } from './class-table.ts'
import { evaluatedNetwork, EVALUATION, findEvaluation, namesOf, RUN_AND_EVALUATION } from './chosen-evaluation.ts'
import { counted, decimal, percent } from './format.ts'
import { withProgress } from './progress.ts'
import { section } from './text.ts'
import { wholeNumber } from './whole-number.ts'

/** Of the list, for people. */
const SHOWN = 30

export function addLabelErrors(program: Command, workbench: Workbench): void {
  const command = program
    .command('label-errors')
    .description('images of an evaluation whose label is likely wrong, the likeliest first (confident learning)')
    .argument('<network>', RUN_AND_EVALUATION)
    .argument('[evaluation]', EVALUATION)
    .option('--csv <file>', 'write the whole list to a file')
    .addOption(
      new Option(
        '--folds <n>',
        'judge its training images: trains its recipe once for each part of them, without that part',
      ).argParser(wholeNumber('--folds', 2)),
    )
  answering(command, async (wanted: string, name: string | undefined, { csv, folds }: LabelErrorsOptions) => {
    const { network, judged, report } = await (folds === undefined
      ? judgeEvaluation(workbench, wanted, name)
      : judgeTraining(workbench, wanted, name, folds))
    if (csv !== undefined) writeCsv(resolve(csv), report.candidates)
    return {
      data: { ...namesOf(network), ...judged, ...report },
      text: describe(`${network.id}, ${judged.evaluation ?? `${judged.folds} folds`}`, report),
    }
  })
}

interface LabelErrorsOptions {
  readonly csv?: string
  readonly folds?: number
}

interface Judged {
  readonly network: EvaluatedNetwork
  readonly judged: { readonly evaluation?: string; readonly folds?: number }
  readonly report: Described
}

async function judgeEvaluation(workbench: Workbench, wanted: string, name?: string): Promise<Judged> {
  const { network, evaluation } = await findEvaluation(workbench, wanted, name)
  const report = await workbench.evaluations.labelErrors(network, evaluation)
  return { network, judged: { evaluation: evaluation.name }, report }
}

async function judgeTraining(
  workbench: Workbench,
  wanted: string,
  name: string | undefined,
  folds: number,
): Promise<Judged> {
  if (name !== undefined) throw new UsageError('--folds judges the training images; leave the evaluation out.')
  const network = await evaluatedNetwork(workbench, wanted)
  if (!network.record)
    throw new UsageError('--folds trains the recipe of a run; a SavedModel has none, so leave it out.')
  const report = await withProgress((onProgress) =>
    labelErrorsOutOfFold(workbench, workbench.recipeOf(network), folds, onProgress),
  )
  return { network, judged: { folds }, report }
}

const placeOf = ({ path, record }: LabelErrorCandidate) => (record === undefined ? path : `${path} at ${record}`)

function describe(title: string, { images, withoutScore, candidates, classes, note }: Described): string {
  const facts = [
    ['images', String(images)],
    ['labels likely wrong', `${candidates.length} (${percent(candidates.length / images)})`],
    ...(withoutScore > 0 ? [['not judged (NaN)', String(withoutScore)]] : []),
  ]
  const worst = classes.filter((each) => each.candidates > 0).sort((a, b) => b.candidates - a.candidates)
  const list = candidates.slice(0, SHOWN)
  const more = candidates.length - list.length
  return [
    ...(note === undefined ? [] : [note]),
    section(title, facts),
    ...(worst.length > 0
      ? [
          classTable({
            heading: 'Classes',
            rows: worst.map((each) => [each.name, counted(each.candidates, 'label'), `of ${each.images}`]),
            right: [1, 2],
          }),
          section(
            'Labels',
            list.map((each) => [decimal(each.score), each.label, `-> ${each.suggestion}`, placeOf(each)]),
          ),
        ]
      : []),
    ...(more > 0 ? [`and ${more} more: --csv FILE or --json has them all.`] : []),
  ].join('\n\n')
}

type Described = LabelErrorsReport & { readonly note?: string }

function writeCsv(file: string, candidates: readonly LabelErrorCandidate[]): void {
  const inRecords = candidates.some(({ record }) => record !== undefined)
  const header = ['path', ...(inRecords ? ['record'] : []), 'label', 'suggestion', 'score']
  const lines = candidates.map(({ path, record, label, suggestion, score }) =>
    [path, ...(inRecords ? [String(record)] : []), label, suggestion, String(score)].map(csvCell).join(','),
  )
  storing(file, () => writeFileWhole(file, [header.join(','), ...lines, ''].join('\n')))
}

import type { Command } from 'commander'
import { keptSamples, type StoredEvaluation, type Workbench } from '../host/workbench.ts'
import { pageOfComparison } from '../host/evaluation-html.ts'
import type { EvaluationComparison } from '../shared/contract/evaluation-comparison.ts'
import type { RowPairs } from '../shared/figures/index.ts'
import { answering } from './answer.ts'
import { findEvaluation, namesOf, RUN_AND_EVALUATION, type FoundEvaluation } from './chosen-evaluation.ts'
import { htmlOption, writePage } from './html-page.ts'
import { describeComparison, type ComparedLists, type ComparedSample } from './describe-comparison.ts'

const lists = ['fixed', 'broken', 'bothWrong', 'relabelled'] as const

export function addCompare(program: Command, workbench: Workbench): void {
  const command = program
    .command('compare')
    .description('what one evaluation has right that another has wrong, of the same images')
    .argument('<a>', `the first: ${RUN_AND_EVALUATION}`)
    .argument('<b>', 'the second, in the same way')
    .addOption(htmlOption())
  answering(command, async (a: string, b: string, { html }: { html?: string }) => {
    const [first, second] = [await findEvaluation(workbench, a), await findEvaluation(workbench, b)]
    if (html !== undefined) {
      const sides = [[first.network, first.evaluation] as const, [second.network, second.evaluation] as const] as const
      return writePage(html, await pageOfComparison(workbench, sides))
    }
    const compared = await workbench.evaluations.compare(first.network, first.evaluation, second.evaluation)
    const samples = samplesOf(compared, first.evaluation, second.evaluation)
    const [ofFirst, ofSecond] = [sideOf(first), sideOf(second)]
    return {
      data: {
        ...compared,
        first: { ...ofFirst, ...compared.first },
        second: { ...ofSecond, ...compared.second },
        ...samples,
      },
      text: describeComparison([nameOf(first), nameOf(second)], compared, samples),
    }
  })
}

const nameOf = ({ network, evaluation }: FoundEvaluation) => `${network.id}/${evaluation.name}`

function sideOf({ network, evaluation: { name, report } }: FoundEvaluation) {
  const { checkpoint, split, dataset } = report
  return { ...namesOf(network), evaluation: name, checkpoint, split, dataset }
}

/** The images of the lists, by what was kept of them. */
function samplesOf(compared: EvaluationComparison, first: StoredEvaluation, second: StoredEvaluation): ComparedLists {
  const [firstAt, secondAt] = [keptSamples(first), keptSamples(second)]
  const samples = ({ first: rows, second: others }: RowPairs) =>
    Array.from(rows, (row, i): ComparedSample => {
      const { path, record, ...own } = firstAt(row)
      const { path: _path, record: _record, ...other } = secondAt(others[i]!)
      return { path, ...(record !== undefined && { record }), first: own, second: other }
    })
  return Object.fromEntries(lists.map((list) => [list, samples(compared[list])])) as unknown as ComparedLists
}

import type { Command } from 'commander'
import {
  lastValidation,
  storedEvaluations,
  type EvaluatedNetwork,
  type StoredEvaluation,
  type Workbench,
} from '../host/workbench.ts'
import { answering } from './answer.ts'
import { evaluatedNetwork, namesOf, NETWORK, noEvaluation } from './chosen-evaluation.ts'
import { counted, percent } from './format.ts'
import { table } from './text.ts'

interface Listed extends StoredEvaluation {
  /** Whether training has kept it by itself. */
  readonly isValidation: boolean
}

export function addEvaluationsList(evaluations: Command, workbench: Workbench): void {
  const command = evaluations.command('list').description('list them').argument('[network]', `${NETWORK}; all without`)
  answering(command, async (wanted: string | undefined) => {
    if (wanted === undefined) return listAll(workbench)
    const network = await evaluatedNetwork(workbench, wanted)
    const list = evaluationsOf(network)
    return {
      data: { ...namesOf(network), evaluations: list.map(dataOf) },
      text: list.length === 0 ? noEvaluation(network) : table(list.map(rowOf), [2]),
    }
  })
}

function listAll({ runs, savedModels }: Workbench) {
  const networks = [...runs.list().runs, ...savedModels.list()]
  const all = networks.flatMap((network) => evaluationsOf(network).map((one) => ({ network, one })))
  const rows = all.map(({ network: { id }, one }) => rowOf({ ...one, name: `${id}/${one.name}` }))
  return {
    data: { evaluations: all.map(({ network, one }) => ({ ...namesOf(network), ...dataOf(one) })) },
    text: all.length === 0 ? 'There is no evaluation; "anneal evaluate RUN" makes one.' : table(rows, [2]),
  }
}

function evaluationsOf({ folder }: EvaluatedNetwork): Listed[] {
  const validation = lastValidation(folder)
  return [
    ...storedEvaluations(folder).map((one) => ({ ...one, isValidation: false })),
    ...(validation ? [{ ...validation, isValidation: true }] : []),
  ]
}

const dataOf = ({ name, report }: Listed) => ({ name, ...report })

const rowOf = ({ name, report, isValidation }: Listed) => [
  name,
  counted(report.images, 'image'),
  percent(report.top1),
  ...(isValidation ? [`the last of training, step ${report.step}`] : []),
]

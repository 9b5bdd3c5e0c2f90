import { tensorFlowName } from '../shared/contract/builds.ts'
import { withPlan } from '../shared/run-folder/plan.ts'
import type { RunRecord } from '../shared/run-folder/record.ts'
import type { Command } from 'commander'
import type { DamagedRun, StoredRun, Workbench } from '../host/workbench.ts'
import { diffRecipes, resolveRecipe } from '../shared/recipe/resolve.ts'
import type { Recipe } from '../shared/recipe/schema.ts'
import { answering } from './answer.ts'
import { deviceName, percent, shortPath } from './format.ts'
import { describeDifferences } from './recipe.ts'
import { indent, paint, section, table } from './text.ts'
import { describeSummary } from './train-summary.ts'

export function addRuns(program: Command, workbench: Workbench): void {
  const runs = program.command('runs').description('what was trained')
  answering(runs.command('list').description('list the runs, the newest first'), () => {
    const { runs: list, damaged } = workbench.runs.list()
    return { data: { runs: list.map(runData), damaged }, text: describeRuns(list, damaged) }
  })
  answering(
    runs.command('show').description('show a run').argument('<run>', 'an id, its beginning, a folder or "last"'),
    async (wanted: string) => {
      const run = workbench.runs.find(wanted)
      const recipe = workbench.recipeOf(run)
      const leftOut = await workbench.leftOutOf(run)
      return {
        data: { ...runData(run), recipe, ...(leftOut.length > 0 && { leftOut }) },
        text: [...leftOut, describeRun(run, recipe)].join('\n'),
      }
    },
  )
}

const runData = ({ folder, record, status, problem }: StoredRun) => ({
  ...record,
  status,
  folder,
  ...(problem !== undefined && { problem }),
})

function describeRuns(runs: readonly StoredRun[], damaged: readonly DamagedRun[]): string {
  if (runs.length + damaged.length === 0) return 'There are no runs yet; "anneal train" starts one.'
  const rows = runs.map(({ id, status, record }) => [
    id,
    status,
    record.summary ? percent(record.summary.bestTop1) : '-',
    String(record.step),
  ])
  const parts = rows.length > 0 ? [table([['run', 'status', 'best', 'step'], ...rows], [2, 3])] : []
  return [...parts, ...damaged.map(({ problem }) => problem)].join('\n')
}

const describeProgress = ({ step, epoch, plan }: RunRecord) =>
  `${step}${plan ? ` of ${plan.totalSteps}` : ''} (epoch ${Math.round(100 * epoch) / 100}${plan ? ` of ${plan.epochs}` : ''})`

function describeRun(run: StoredRun, recipe: Recipe): string {
  const { status, folder, id, problem } = run
  const record = withPlan(run.record, recipe)
  const facts = [
    ['name', record.name],
    ['status', problem === undefined ? status : `${status}: ${problem}`],
    ['started', record.started],
    ['step', describeProgress(record)],
    ['dataset', `${record.dataset.name}, ${record.dataset.classes.length} classes, ${shortPath(record.dataset.root)}`],
    [
      'device',
      `${record.devices.map(deviceName).join(', ')}; TensorFlow ${tensorFlowName(record.tensorFlow, record.build)}`,
    ],
    ...(record.summary ? describeSummary(record.summary) : []),
    ['folder', shortPath(folder)],
  ]
  const changed = diffRecipes(resolveRecipe({}), recipe)
  const recipeText = changed.length === 0 ? 'the default' : describeDifferences(changed)
  return `${section(id, facts)}\n\n${paint('bold', 'Recipe, where it differs from the default')}\n${indent(recipeText)}`
}

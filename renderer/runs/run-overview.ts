import { tensorFlowName } from '../../shared/contract/builds.ts'
import type { RunDetail, ShownRun } from '../../shared/contract/workbench.ts'
import { networkName } from '../../shared/recipe/network-name.ts'
import { formatMetric, formatTime } from '../charts/format.ts'
import { formatPercent } from '../ui/format.ts'
import { datasetName } from '../app/state/run-facts.ts'

/** What a run is, in names and values. */
export function runFacts(run: ShownRun, detail: RunDetail | undefined): [string, string][] {
  const facts: [string, string | undefined][] = [...planned(run), ...measured(run), ['Folder', detail?.folder]]
  return facts.filter((fact): fact is [string, string] => Boolean(fact[1]))
}

function planned(run: ShownRun): [string, string | undefined][] {
  const { recipe } = run
  return [
    ['Network', recipe && networkName(recipe.model)],
    ['Dataset', datasetName(run)],
    ['Seed', recipe && String(recipe.run.seed)],
    ['Batch', recipe && `${recipe.data.batchSize} images of ${recipe.data.imageSize} px`],
  ]
}

function measured({ record }: ShownRun): [string, string | undefined][] {
  if (!record) return []
  const { summary, ended } = record
  return [
    ['Best top-1', summary && `${formatMetric('top1', summary.bestTop1)} at step ${summary.bestStep}`],
    ['Waited for data', summary && formatPercent(summary.dataWait, 1)],
    ['Devices', record.devices.map((device) => device.replace(/^.*device:/, '')).join(', ')],
    ['Not on the GPU', record.whyNoGpu],
    ['TensorFlow', tensorFlowName(record.tensorFlow, record.build)],
    ['Started', formatTime(new Date(record.started))],
    ['Ended', ended && formatTime(new Date(ended))],
  ]
}

import { computed, type Ref } from 'vue'
import type { ShownRun } from '../../shared/contract/workbench.ts'
import { recentMean } from '../parts/runs/data-wait.ts'
import { useMachine } from '../app/state/machine.ts'
import { useMetrics } from '../app/state/metrics.ts'
import { runCurves } from '../parts/runs/run-curves.ts'
import { throughputAdvice, type Advice } from './throughput-advice.ts'

/** Records of the last minutes that the advice goes by. */
const records = 20

/** What limits the speed of a run that trains now, or limited it; undefined where nothing was measured. */
export function useAdvice(run: Ref<ShownRun | undefined>): Ref<Advice | undefined> {
  const metrics = useMetrics()
  const machine = useMachine()
  return computed(() => {
    if (!run.value?.recipe) return undefined
    const [curve] = runCurves(run.value, metrics.of(run.value.id), 'dataWaitShare')
    const waiting = curve && recentMean(curve.columns.values, records)
    if (waiting === undefined) return undefined
    const onGpu = run.value.record?.devices.some((device) => /GPU/i.test(device)) ?? false
    return throughputAdvice({
      waiting,
      batchSize: run.value.recipe.data.batchSize,
      onGpu,
      load: run.value.status === 'running' ? machine.load : undefined,
    })
  })
}

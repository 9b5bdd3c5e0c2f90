import { onScopeDispose, shallowRef } from 'vue'
import type { EvaluationMap, MapSettings } from '../../shared/contract/evaluation-map.ts'
import type { MapProgress } from '../../shared/contract/trainer.ts'
import { host } from '../app/transport/connection.ts'
import { onEvent } from '../app/transport/events.ts'
import { trainer } from '../app/transport/trainer.ts'
import { sentence } from '../ui/sentence.ts'
import type { EvaluationAddress } from './use-evaluation.ts'

/** The map of an evaluation that was made last; another is made when that is asked for, and goes on when the page is left. */
export function useMap({ run, evaluation }: EvaluationAddress) {
  /** Null where none was made. */
  const map = shallowRef<EvaluationMap | null>()
  const isMaking = shallowRef(false)
  const progress = shallowRef<MapProgress>()
  const problem = shallowRef<string>()
  let isStopped = false

  async function trying(work: () => Promise<EvaluationMap | null>) {
    problem.value = undefined
    try {
      map.value = await work()
      problem.value = map.value?.unsaved
    } catch (error) {
      // Who has stopped it knows why there is none.
      if (!isStopped) problem.value = sentence(error)
    }
  }

  async function make(settings: MapSettings) {
    isMaking.value = true
    isStopped = false
    await trying(() => host.mapEvaluation(run, evaluation, settings))
    isMaking.value = false
    progress.value = undefined
  }

  async function stop() {
    isStopped = true
    await host.stopMap(run, evaluation)
  }

  const off = onEvent('mapProgress', (ofRun, ofEvaluation, now) => {
    if (ofRun === run && ofEvaluation === evaluation) progress.value = now
  })
  onScopeDispose(off)
  void trying(() => trainer.readMap({ run, evaluation }))
  return { map, isMaking, progress, problem, make, stop }
}

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
  /** Whether it was asked for here: another page may have, or this one before it was left. */
  let isOwn = false

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
    isMaking.value = isOwn = true
    isStopped = false
    await trying(() => host.mapEvaluation(run, evaluation, settings))
    isOwn = false
    end()
  }

  function end() {
    isMaking.value = false
    progress.value = undefined
  }

  const read = () => trying(() => trainer.readMap({ run, evaluation }))

  async function stop() {
    isStopped = true
    await host.stopMap(run, evaluation)
  }

  const isOfThis = (ofRun: string, ofEvaluation: string) => ofRun === run && ofEvaluation === evaluation
  const off = [
    onEvent('mapProgress', (ofRun, ofEvaluation, now) => {
      if (!isOfThis(ofRun, ofEvaluation)) return
      progress.value = now
      isMaking.value = true
    }),
    onEvent('mapEnded', (...of) => {
      if (!isOfThis(...of) || isOwn) return
      end()
      void read()
    }),
  ]
  onScopeDispose(() => off.forEach((end) => end()))
  void read()
  return { map, isMaking, progress, problem, make, stop }
}

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
  const { map, problem, show } = useShown()
  const isMaking = shallowRef(false)
  const progress = shallowRef<MapProgress>()
  /** Whether it was asked for here: another page may have, or this one before it was left. */
  let isOwn = false
  let isStopped = false

  const read = () => show(() => trainer.readMap({ run, evaluation }))
  async function make(settings: MapSettings) {
    isMaking.value = isOwn = true
    isStopped = false
    // Who has stopped it knows why there is none.
    await show(() => host.mapEvaluation(run, evaluation, settings).catch((error: unknown) => orKept(error)))
    isOwn = false
    end()
  }
  function orKept(error: unknown) {
    if (isStopped) return map.value ?? null
    throw error
  }
  function end() {
    isMaking.value = false
    progress.value = undefined
  }
  async function stop() {
    isStopped = true
    await host.stopMap(run, evaluation)
  }

  const told = (now: MapProgress) => ((progress.value = now), (isMaking.value = true))
  const ended = () => void (isOwn || (end(), void read()))
  watchMaking({ run, evaluation }, { progress: told, ended })
  void read()
  return { map, isMaking, progress, problem, make, stop }
}

function useShown() {
  /** Null where none was made. */
  const map = shallowRef<EvaluationMap | null>()
  const problem = shallowRef<string>()
  async function show(work: () => Promise<EvaluationMap | null>) {
    problem.value = undefined
    try {
      map.value = await work()
      problem.value = map.value?.unsaved
    } catch (error) {
      problem.value = sentence(error)
    }
  }
  return { map, problem, show }
}

interface Told {
  readonly progress: (now: MapProgress) => unknown
  readonly ended: () => void
}

/** Tells of the making of a map, whoever asked for it. */
function watchMaking({ run, evaluation }: EvaluationAddress, { progress, ended }: Told): void {
  const isOfThis = (ofRun: string, ofEvaluation: string) => ofRun === run && ofEvaluation === evaluation
  const off = [
    onEvent('mapProgress', (ofRun, ofEvaluation, now) => isOfThis(ofRun, ofEvaluation) && progress(now)),
    onEvent('mapEnded', (...of) => isOfThis(...of) && ended()),
  ]
  onScopeDispose(() => off.forEach((end) => end()))
}

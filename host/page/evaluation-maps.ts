import type { EvaluationMap, MapSettings } from '../../shared/contract/evaluation-map.ts'
import type { MapProgress } from '../../shared/contract/trainer.ts'
import { UsageError } from '../../shared/errors.ts'
import { PACE, Throttle } from '../../shared/rpc/throttle.ts'
import type { Workbench } from '../workbench.ts'
import type { Broadcast } from './broadcast.ts'
import { inTurn } from './in-turn.ts'
import { knownEvaluation } from './known-evaluation.ts'

interface Making {
  readonly settings: string
  readonly stop: AbortController
  readonly map: Promise<EvaluationMap>
}

/** Makes maps of evaluations for pages, one an evaluation at a time. Their progress comes as `mapProgress`. */
export class EvaluationMaps {
  readonly #making = new Map<string, Making>()

  constructor(
    private readonly workbench: Workbench,
    private readonly pages: Broadcast,
  ) {}

  /** Who asks for the one that is being made is given that. */
  async make(run: string, evaluation: string, settings: MapSettings): Promise<EvaluationMap> {
    const key = `${run}/${evaluation}`
    const wanted = JSON.stringify(settings)
    const current = this.#making.get(key)
    if (current?.settings === wanted) return current.map
    if (current)
      throw new UsageError('A map of this evaluation is being made with other settings; stop that or wait for it.')
    const stop = new AbortController()
    const map = this.#make(run, evaluation, settings, stop.signal).finally(() => this.#making.delete(key))
    this.#making.set(key, { settings: wanted, stop, map })
    return map
  }

  stop(run: string, evaluation: string): void {
    this.#making.get(`${run}/${evaluation}`)?.stop.abort()
  }

  async #make(run: string, evaluation: string, settings: MapSettings, signal: AbortSignal): Promise<EvaluationMap> {
    const found = await inTurn(() => knownEvaluation(this.workbench, run, evaluation))
    const progress = new Throttle<MapProgress>(PACE, (now) => this.pages.send('mapProgress', run, evaluation, now))
    try {
      return await this.workbench.evaluations.map(
        ...found,
        settings,
        (now) => now.phase === 'mapping' && progress.add(now),
        signal,
      )
    } catch (error) {
      throw signal.aborted ? new UsageError('The map was stopped; make it again.', { cause: error }) : error
    } finally {
      progress.flush()
      this.pages.send('mapEnded', run, evaluation)
    }
  }
}

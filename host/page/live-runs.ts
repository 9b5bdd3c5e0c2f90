import type { TrainerProgress } from '../../shared/contract/trainer.ts'
import type { ShownStatus } from '../../shared/run-folder/record.ts'
import type { Broadcast } from './broadcast.ts'
import type { LiveRun } from './shown-runs.ts'
import { Throttle } from './throttle.ts'
import type { QueueListener } from '../training/queue/run-queue.ts'

/** Milliseconds between the progress of a run that pages are told. */
const PACE = 50

interface Followed {
  progress?: TrainerProgress
  paused: boolean
  silentSince?: number | undefined
  readonly throttle: Throttle<TrainerProgress>
}

/** What this host's trainers have told of their runs, passed on to the pages. */
export class LiveRuns implements QueueListener {
  readonly #runs = new Map<string, Followed>()

  constructor(private readonly pages: Broadcast) {}

  get all(): ReadonlyMap<string, LiveRun> {
    return new Map([...this.#runs].map(([id, { throttle: _, ...live }]) => [id, live]))
  }

  onChange(): void {
    this.pages.send('runsChanged')
  }

  onStarted(id: string): void {
    this.#runs.set(id, {
      paused: false,
      throttle: new Throttle(PACE, (progress) => this.pages.send('runProgress', id, progress)),
    })
  }

  onProgress(id: string, progress: TrainerProgress): void {
    const run = this.#runs.get(id)
    if (!run) return
    run.progress = progress
    const paused = progress.phase === 'paused' || (run.paused && progress.phase !== 'training')
    if (paused !== run.paused) {
      run.paused = paused
      this.onChange()
    }
    if (!isPassing(progress)) run.throttle.flush()
    if (isPassing(progress)) run.throttle.add(progress)
    else this.pages.send('runProgress', id, progress)
  }

  onSilence(id: string, since: number | undefined): void {
    const run = this.#runs.get(id)
    if (!run) return
    run.silentSince = since
    this.onChange()
  }

  onEnded(id: string, status: ShownStatus, message: string): void {
    this.#runs.get(id)?.throttle.flush()
    this.#runs.delete(id)
    this.pages.send('runEnded', id, status, message)
  }
}

/** Whether the next progress takes the place of this one, so that it may be dropped. */
function isPassing({ phase }: TrainerProgress): boolean {
  switch (phase) {
    case 'checking':
    case 'training':
    case 'evaluating':
    case 'measuring':
      return true
    case 'preparing':
    case 'evaluated':
    case 'checkpoint':
    case 'paused':
    case 'warning':
      return false
  }
}

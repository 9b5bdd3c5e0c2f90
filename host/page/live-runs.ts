import type { TrainerProgress } from '../../shared/contract/trainer.ts'
import type { ShownStatus } from '../../shared/run-folder/record.ts'
import type { Broadcast } from './broadcast.ts'
import { ProgressPace } from './progress-pace.ts'
import type { LiveRun } from './shown-runs.ts'
import type { QueueListener } from '../training/queue/run-queue.ts'

interface Followed {
  progress?: TrainerProgress
  paused: boolean
  silentSince?: number | undefined
  readonly pace: ProgressPace
}

/** What this host's trainers have told of their runs, passed on to the pages. */
export class LiveRuns implements QueueListener {
  readonly #runs = new Map<string, Followed>()

  constructor(private readonly pages: Broadcast) {}

  get all(): ReadonlyMap<string, LiveRun> {
    return new Map([...this.#runs].map(([id, { pace: _, ...live }]) => [id, live]))
  }

  onChange(): void {
    this.pages.send('runsChanged')
  }

  onStarted(id: string): void {
    this.#runs.set(id, {
      paused: false,
      pace: new ProgressPace((progress) => this.pages.send('runProgress', id, progress)),
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
    run.pace.add(progress)
  }

  onSilence(id: string, since: number | undefined): void {
    const run = this.#runs.get(id)
    if (!run) return
    run.silentSince = since
    this.onChange()
  }

  onEnded(id: string, status: ShownStatus, message: string): void {
    this.#runs.get(id)?.pace.flush()
    this.#runs.delete(id)
    this.pages.send('runEnded', id, status, message)
  }
}

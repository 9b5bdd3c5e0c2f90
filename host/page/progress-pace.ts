import type { TrainerProgress } from '../../shared/contract/trainer.ts'
import { PACE, Throttle } from '../../shared/rpc/throttle.ts'

/** Passes on a trainer's progress: what the next one replaces at that pace, all else at once and in its place. */
export class ProgressPace {
  readonly #throttle: Throttle<TrainerProgress>

  constructor(private readonly deliver: (progress: TrainerProgress) => void) {
    this.#throttle = new Throttle(PACE, deliver)
  }

  add(progress: TrainerProgress): void {
    if (isPassing(progress)) return this.#throttle.add(progress)
    this.flush()
    this.deliver(progress)
  }

  /** Delivers what waits, now. */
  flush(): void {
    this.#throttle.flush()
  }
}

/** Whether the next progress takes the place of this one, so that it may be dropped. */
function isPassing({ phase }: TrainerProgress): boolean {
  switch (phase) {
    case 'checking':
    case 'training':
    case 'evaluating':
    case 'mapping':
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

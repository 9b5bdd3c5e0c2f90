import type { TrainerProgress } from '../shared/contract/trainer.ts'

/** Shows on stderr how far a trainer is. */
export interface ProgressDisplay {
  show(progress: TrainerProgress): void
  /** A line that stays. */
  note(text: string): void
  /** Gives the terminal back. May be called again. */
  end(): void
}

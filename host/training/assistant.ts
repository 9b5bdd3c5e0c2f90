import type { TrainerCalls, TrainerProgress } from '../../shared/contract/trainer.ts'
import type { TrainerProcess } from './trainer/trainer-process.ts'

/** Milliseconds without work after which its memory is given back. */
const IDLE = 5 * 60_000

/** A trainer process that is kept warm for questions about datasets: started on first use, ended when idle. */
export class Assistant {
  #trainer: TrainerProcess | undefined
  #busy = 0
  #timer: NodeJS.Timeout | undefined
  readonly #listeners = new Set<(progress: TrainerProgress) => void>()

  constructor(
    private readonly start: () => TrainerProcess,
    private readonly idle = IDLE,
  ) {}

  /** Asks it something. When the process dies, this fails, and the next question starts another one. */
  async ask<R>(
    question: (calls: TrainerCalls) => Promise<R>,
    onProgress?: (progress: TrainerProgress) => void,
  ): Promise<R> {
    clearTimeout(this.#timer)
    this.#busy += 1
    if (onProgress) this.#listeners.add(onProgress)
    try {
      return await question((this.#trainer ??= this.#startOne()).calls)
    } finally {
      if (onProgress) this.#listeners.delete(onProgress)
      this.#busy -= 1
      if (this.#busy === 0) this.#timer = setTimeout(() => this.end(), this.idle).unref()
    }
  }

  get pid(): number | undefined {
    return this.#trainer?.pid
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#trainer?.kill()
    this.#trainer = undefined
  }

  #startOne(): TrainerProcess {
    const trainer = this.start()
    trainer.onProgress((progress) => this.#listeners.forEach((listener) => listener(progress)))
    void trainer.exited.then(() => {
      if (this.#trainer === trainer) this.#trainer = undefined
    })
    return trainer
  }
}

import type { TrainerCalls, TrainerProgress } from '../../shared/contract/trainer.ts'
import { TrainerLostError } from '../../shared/errors.ts'
import type { TrainerProcess } from './trainer/trainer-process.ts'

/** Milliseconds without work after which its memory is given back. */
const IDLE = 5 * 60_000

/** A trainer process that is kept warm for questions about datasets: started on first use, ended when idle. */
export class Assistant {
  #trainer: TrainerProcess | undefined
  #busy = 0
  #timer: NodeJS.Timeout | undefined
  /** Those that were ended because they did not answer. */
  readonly #silent = new WeakSet<TrainerProcess>()
  readonly #listeners = new Set<(progress: TrainerProgress) => void>()

  constructor(
    private readonly start: () => TrainerProcess,
    private readonly idle = IDLE,
  ) {}

  /** Asks it something. When the process dies, or does not answer for a while and so is ended, this fails, and the next question starts another one. */
  async ask<R>(
    question: (calls: TrainerCalls) => Promise<R>,
    onProgress?: (progress: TrainerProgress) => void,
  ): Promise<R> {
    clearTimeout(this.#timer)
    this.#busy += 1
    if (onProgress) this.#listeners.add(onProgress)
    try {
      return await this.#answer(question)
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

  async #answer<R>(question: (calls: TrainerCalls) => Promise<R>): Promise<R> {
    const trainer = (this.#trainer ??= this.#startOne())
    try {
      return await question(trainer.calls)
    } catch (error) {
      throw this.#silent.has(trainer) ? didNotAnswer(error) : error
    }
  }

  #startOne(): TrainerProcess {
    const trainer = this.start()
    trainer.onProgress((progress) => this.#listeners.forEach((listener) => listener(progress)))
    trainer.onSilence(() => {
      this.#silent.add(trainer)
      trainer.kill()
      this.#forget(trainer)
    })
    void trainer.exited.then(() => this.#forget(trainer))
    return trainer
  }

  #forget(trainer: TrainerProcess): void {
    if (this.#trainer === trainer) this.#trainer = undefined
  }
}

const didNotAnswer = (cause: unknown) =>
  new TrainerLostError(
    'The trainer that answers questions about datasets did not answer for too long and was ended; ask again, when the machine is less busy.',
    { cause },
  )

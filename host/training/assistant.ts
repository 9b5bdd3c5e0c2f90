import { LRUCache } from 'lru-cache'
import type { TrainerCalls } from '../../shared/contract/trainer.ts'
import { DiskSilentError, endWhenDiskSilent } from './end-when-disk-silent.ts'
import { endWhenSilent } from './end-when-silent.ts'
import { ignoreLost } from './trainer/lost.ts'
import type { PageLine, TrainerProcess } from './trainer/trainer-process.ts'

/** Milliseconds without work after which its memory is given back. */
const IDLE = 5 * 60_000
/** It keeps the lists of no more datasets. */
const MOST_WATCHED = 4

/** A trainer process that is kept warm for questions about datasets: started on first use, ended when idle. */
export class Assistant {
  #trainer: TrainerProcess | undefined
  #busy = 0
  #timer: NodeJS.Timeout | undefined
  /** What explains a failure of each, see {@link endWhenSilent}. */
  readonly #explain = new WeakMap<TrainerProcess, (failure: unknown) => unknown>()

  /** @param start is given what is to be told of each dataset's folder that the trainer is about to read */
  constructor(
    private readonly start: (onRead: (root: string) => void) => TrainerProcess,
    private readonly idle = IDLE,
  ) {}

  /**
   * Asks it something that needs no dataset's disk. When the process dies, or does not answer for a while and so is
   * ended, this fails, and the next question starts another one.
   */
  ask<R>(question: (calls: TrainerCalls) => Promise<R>): Promise<R> {
    const use = () => this.#use(({ calls }) => question(calls))
    return use().catch((error: unknown) => {
      // It was ended for what somebody else had asked.
      if (error instanceof DiskSilentError) return use()
      throw error
    })
  }

  /** The same for a page: resolves when that has closed its line. */
  serve(line: PageLine): Promise<void> {
    return this.#use((trainer) => trainer.serve(line))
  }

  /** Has it read a dataset's folder anew when it is asked about next. */
  async forget(root: string): Promise<void> {
    // One that has yet to be started knows none, and one that is lost no more.
    if (this.#trainer) await this.ask((calls) => calls.forgetDataset(root)).catch(ignoreLost)
  }

  async #use<R>(work: (trainer: TrainerProcess) => Promise<R>): Promise<R> {
    clearTimeout(this.#timer)
    this.#busy += 1
    try {
      return await this.#answer(work)
    } finally {
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

  async #answer<R>(work: (trainer: TrainerProcess) => Promise<R>): Promise<R> {
    const trainer = (this.#trainer ??= this.#startOne())
    try {
      return await work(trainer)
    } catch (error) {
      throw this.#explain.get(trainer)!(error)
    }
  }

  #startOne(): TrainerProcess {
    const read = new LRUCache<string, true>({ max: MOST_WATCHED })
    const trainer = this.start((root) => read.set(root, true))
    const explain = [endWhenSilent(trainer), endWhenDiskSilent(trainer, () => (this.#busy > 0 ? [...read.keys()] : []))]
    this.#explain.set(trainer, (failure) => explain.reduce((told, tell) => tell(told), failure))
    trainer.onSilence(() => this.#forget(trainer))
    void trainer.exited.then(() => this.#forget(trainer))
    return trainer
  }

  #forget(trainer: TrainerProcess): void {
    if (this.#trainer === trainer) this.#trainer = undefined
  }
}

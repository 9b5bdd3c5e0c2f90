import { RunError } from '../../shared/errors.ts'
import type { NextAction } from '../training/train.ts'

/** A stop that came in the middle of something that can be done again. */
export class Stopped extends Error {}

export function ignoreStopped(error: unknown): undefined {
  if (!(error instanceof Stopped)) throw error
}

/** What a host asks of the training under way. It is looked at between steps. */
export class RunControls {
  #stopping = false
  #paused = false
  #scale: number | undefined
  #saves: PendingSave[] = []
  #taken: PendingSave[] = []
  #aborted: Error | undefined
  #wake: () => void = () => undefined

  stop(): void {
    this.#stopping = true
    this.#wake()
  }

  /** Whoever asks what is wanted gets this error from now on. */
  abort(error: Error): void {
    this.#aborted = error
    this.#wake()
  }

  get aborted(): Error | undefined {
    return this.#aborted
  }

  pause(paused: boolean): void {
    this.#paused = paused
    this.#wake()
  }

  scaleLearningRate(factor: number): void {
    this.#scale = factor
    this.#wake()
  }

  /** Resolves when the checkpoint is there; fails when training ends before. */
  saveCheckpoint(): Promise<void> {
    const saved = new Promise<void>((resolve, reject) => this.#saves.push({ resolve, reject }))
    this.#wake()
    return saved
  }

  /** What was asked for last, or what a checkpoint says. */
  learningRateScale(saved = 1): number {
    return this.#scale ?? saved
  }

  get wanted(): NextAction | 'wait' {
    if (this.#aborted) throw this.#aborted
    if (this.#stopping) return 'stop'
    if (this.#saves.length > 0) return 'checkpoint'
    return this.#paused ? 'wait' : 'step'
  }

  /** Resolves at the next request. */
  async change(): Promise<void> {
    await new Promise<void>((resolve) => (this.#wake = resolve))
  }

  /** A checkpoint is being saved for those who have asked for one until now. */
  take(): void {
    this.#taken.push(...this.#saves.splice(0))
  }

  /** It is there. */
  saved(): void {
    this.#taken.splice(0).forEach(({ resolve }) => resolve())
  }

  /** Training is over: what still waits for a checkpoint will not get one. */
  ended(): void {
    this.take()
    this.#taken
      .splice(0)
      .forEach(({ reject }) => reject(new RunError('Training ended before the checkpoint was saved.')))
  }
}

interface PendingSave {
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

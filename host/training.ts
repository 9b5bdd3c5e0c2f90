import type { TrainerProgress, TrainOutcome } from '../shared/contract/trainer.ts'
import { RunError, TrainerLostError } from '../shared/errors.ts'
import type { Recipe } from '../shared/recipe/schema.ts'
import type { Dataset } from './datasets.ts'
import { lockRun } from './run-lock.ts'
import type { RunStore, StoredRun } from './run-store.ts'
import type { TrainerProcess } from './trainer/trainer-process.ts'

export interface TrainingJob {
  readonly id: string
  readonly folder: string
  readonly cacheFolder: string
  readonly recipe: Recipe
  readonly dataset: Dataset
  readonly resume?: { readonly checkpoint?: string }
  /** Its folder was made beforehand: it stays although the run is refused before its first step. */
  readonly prepared?: boolean
}

/** A run under way. */
export class Training {
  readonly id: string
  readonly folder: string
  /** How it ended; fails with the trainer's error, or with `TrainerLostError` when the process died. */
  readonly outcome: Promise<TrainOutcome>
  readonly #trainer: TrainerProcess

  constructor(job: TrainingJob, start: () => TrainerProcess, runs: RunStore, onProgress: (progress: TrainerProgress) => void) {
    this.id = job.id
    this.folder = job.folder
    const unlock = lockRun(job.folder, job.id)
    try {
      this.#trainer = start()
    } catch (error) {
      unlock()
      throw error
    }
    this.#trainer.onProgress(onProgress)
    this.outcome = this.#run(job, runs).finally(unlock)
  }

  /** Asks for a checkpoint and a clean end after the step at hand. */
  async stop(): Promise<void> {
    await this.#trainer.calls.stop().catch(ignoreLost)
  }

  /** Resolves when the checkpoint is there. */
  saveCheckpoint(): Promise<void> {
    return this.#trainer.calls.saveCheckpoint()
  }

  pause(paused: boolean): Promise<void> {
    return this.#trainer.calls.pause(paused)
  }

  /** Multiplies the schedule's learning rate from the next step on. */
  scaleLearningRate(factor: number): Promise<void> {
    return this.#trainer.calls.scaleLearningRate(factor)
  }

  /** Ends the process at once; what was not saved is lost. */
  kill(): void {
    this.#trainer.kill()
  }

  async #run({ folder, cacheFolder, recipe, dataset, resume, prepared }: TrainingJob, runs: RunStore): Promise<TrainOutcome> {
    try {
      const { name, root } = dataset
      const outcome = await this.#trainer.calls.train({ runFolder: folder, cacheFolder, recipe, dataset: { name, root }, ...(resume && { resume }) })
      await this.#trainer.close()
      // Stopped before its first step.
      if (!prepared) runs.discardUnborn(folder)
      return outcome
    } catch (error) {
      this.#trainer.kill()
      await this.#trainer.exited
      // A crash's log is all there is to explain it, so that folder stays.
      if (!(error instanceof TrainerLostError) && !prepared) runs.discardUnborn(folder)
      throw error
    }
  }
}

function ignoreLost(error: unknown): void {
  if (!(error instanceof TrainerLostError)) throw error
}

/** Throws `RunError` for a run that is at work or complete. */
export function checkResumable({ id, status, record }: StoredRun): void {
  switch (status) {
    case 'running':
      throw new RunError(`The run ${id} is in use by process ${record.trainer.pid} on ${record.trainer.host}; wait for it to end, or stop it.`)
    case 'finished':
      throw new RunError(`The run ${id} is finished; start a new one to train further.`)
    case 'stopped':
    case 'interrupted':
    case 'failed':
      return
  }
}

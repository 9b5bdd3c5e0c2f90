import { join } from 'node:path'
import { runFiles } from '../../shared/run-folder/files.ts'
import type { TrainerProgress, TrainOutcome } from '../../shared/contract/trainer.ts'
import { OutOfMemoryError, RunError, TrainerLostError } from '../../shared/errors.ts'
import { scheduleLength } from '../../shared/recipe/schedule.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import type { Dataset } from '../datasets/datasets.ts'
import { checkFree, inUseBy, lockRun } from '../runs/run-lock.ts'
import { readRecipe, type RunStore, type StoredRun } from '../runs/run-store.ts'
import { explainMemory } from './smaller-batch.ts'
import type { OnSilence } from './trainer/silence.ts'
import { ignoreLost } from './trainer/lost.ts'
import type { TrainerProcess } from './trainer/trainer-process.ts'

export interface RunJob {
  readonly id: string
  readonly folder: string
  readonly cacheFolder: string
  readonly recipe: Recipe
  readonly dataset: Dataset
  readonly resume?: { readonly checkpoint?: string }
  /** A file to append to in the form of NVIDIA's DLLogger. Absolute. */
  readonly dllogger?: string | undefined
  /** Its folder was made beforehand: it stays although the run is refused before its first step. */
  readonly prepared?: boolean
}

/** A run under way. */
export class RunHandle {
  readonly id: string
  readonly folder: string
  /** How it ended; fails with the trainer's error, or with `TrainerLostError` when the process died. */
  readonly outcome: Promise<TrainOutcome>
  #trainer: TrainerProcess
  readonly #onSilence: OnSilence[] = []
  #isSilent = false
  #isStopped = false
  #isKilled = false

  constructor(
    private readonly job: RunJob,
    private readonly start: () => TrainerProcess,
    private readonly runs: RunStore,
    private readonly onProgress: (progress: TrainerProgress) => void,
  ) {
    this.id = job.id
    this.folder = job.folder
    const unlock = lockRun(job.folder, job.id)
    try {
      this.#trainer = this.#begin()
    } catch (error) {
      unlock()
      throw error
    }
    this.#trainer.onProgress(onProgress)
    this.outcome = this.#run().finally(unlock)
  }

  /** Asks for a checkpoint and a clean end after the step at hand. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#trainer.calls.stop().catch(ignoreLost)
  }

  /** The same where nobody is left to end it later: a trainer that does not answer is ended at once. */
  async stopOrKill(): Promise<void> {
    this.onSilence((since) => since !== undefined && this.kill())
    if (this.#isSilent) this.kill()
    await this.stop()
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

  /** Told when the trainer does not answer, and when it does again. */
  onSilence(listener: OnSilence): void {
    this.#onSilence.push(listener)
  }

  /** Ends the process at once; what was not saved is lost. */
  kill(): void {
    this.#isStopped = this.#isKilled = true
    this.#trainer.kill()
  }

  #begin(): TrainerProcess {
    const trainer = this.start()
    trainer.onSilence((since) => {
      this.#isSilent = since !== undefined
      this.#onSilence.forEach((listener) => listener(since))
    })
    return trainer
  }

  async #run(): Promise<TrainOutcome> {
    const { folder, resume, dllogger, prepared } = this.job
    try {
      const outcome = await this.#trainer.calls.train({
        runFolder: folder,
        ...this.#request(),
        ...(resume && { resume }),
        ...(dllogger !== undefined && { dllogger }),
      })
      await this.#trainer.close()
      // Stopped before its first step.
      if (!prepared) this.runs.discardIfNotBegun(this.id)
      return outcome
    } catch (reason) {
      this.#trainer.kill()
      await this.#trainer.exited
      const error =
        this.#isKilled && reason instanceof TrainerLostError
          ? new TrainerLostError('The trainer was ended at once, without saving.')
          : reason
      // A crash's log is all there is to explain it, so that folder stays.
      if (error instanceof TrainerLostError) this.runs.explainLoss(folder, error.message)
      else if (!prepared) this.runs.discardIfNotBegun(this.id)
      throw error instanceof OutOfMemoryError ? await this.#explainMemory(error) : error
    }
  }

  #request() {
    const { cacheFolder, recipe, dataset } = this.job
    return { cacheFolder, recipe, dataset }
  }

  async #explainMemory(error: OutOfMemoryError): Promise<OutOfMemoryError> {
    const explained = await explainMemory(error, {
      request: this.#request(),
      start: () => (this.#trainer = this.#begin()),
      isStopped: () => this.#isStopped,
      onProgress: this.onProgress,
    })
    this.runs.explainFailure(this.folder, explained.message)
    return explained
  }
}

/**
 * Throws `RunError` for a run that is at work or complete.
 * @param further it shall train further than its recipe said, from this checkpoint or the newest
 */
export function checkResumable(
  run: StoredRun,
  { further = false, checkpoint }: { readonly further?: boolean; readonly checkpoint?: string | undefined } = {},
): void {
  const { id, folder, status, record, heldUntil } = run
  switch (status) {
    case 'running':
      throw inUseBy(id, record.trainer, heldUntil)
    case 'finished':
      if (further) return checkFree(folder, id)
      throw new RunError(`The run ${id} is finished; ${howToGoOn(run, checkpoint)}.`)
    case 'stopped':
    case 'interrupted':
    case 'failed':
      return checkFree(folder, id)
  }
}

/** The two ways on from a checkpoint of a finished run: a clause. */
function howToGoOn({ id, folder, record }: StoredRun, checkpoint: string | undefined): string {
  const from = checkpoint === undefined ? '' : ` --checkpoint ${checkpoint}`
  const recipe = join(folder, runFiles.recipe)
  const file = /\s/.test(recipe) ? `'${recipe}'` : recipe
  const { unit } = scheduleLength(readRecipe({ folder, record }).schedule)
  return `"anneal train --resume ${id}${from} --set schedule.${unit}s=N" trains it further from ${checkpoint ?? 'its last state'}, and "anneal train --recipe ${file} --set model.init=${id}/${checkpoint ?? 'last'}" starts a new run from those weights`
}

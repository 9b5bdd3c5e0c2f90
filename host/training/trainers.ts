import type { Settings } from '../../shared/contract/settings.ts'
import type { Places, TrainerProgress } from '../../shared/contract/trainer.ts'
import type { Recipe } from '../../shared/recipe/schema.ts'
import type { SharedJson } from '../../storage/shared-json.ts'
import { endWhenSilent } from './end-when-silent.ts'
import { trainerEnvironment } from './trainer/environment.ts'
import type { OnSilence } from './trainer/silence.ts'
import type { TrainerProcess, TrainerStarter } from './trainer/trainer-process.ts'

export type OnProgress = (progress: TrainerProgress) => void

export interface StartOptions extends Places {
  /** Where what the process prints is appended; without it, only its last lines are kept. */
  readonly logFile?: string
}

/** Starts trainers with the switches of a recipe and of the settings. */
export class Trainers {
  /** @param onSilence told of any trainer that does not answer, and when it does again; without it, those that do not train are ended then */
  constructor(
    private readonly starter: TrainerStarter,
    private readonly settings: SharedJson<Settings>,
    private readonly onSilence?: OnSilence,
  ) {}

  /** The caller ends it. */
  start(recipe: Recipe, options: StartOptions = {}): TrainerProcess {
    const environment = trainerEnvironment(recipe, process.env, this.settings.read())
    const trainer = this.starter.start({ environment, ...options })
    if (this.onSilence) trainer.onSilence(this.onSilence)
    return trainer
  }

  /** Has a trainer of its own do something. */
  with<R>(recipe: Recipe, work: (trainer: TrainerProcess) => Promise<R>, onProgress?: OnProgress): Promise<R> {
    return this.useAndEnd(this.start(recipe), work, onProgress)
  }

  /** Has a trainer do something, and ends it. */
  async useAndEnd<R>(
    trainer: TrainerProcess,
    work: (trainer: TrainerProcess) => Promise<R>,
    onProgress?: OnProgress,
  ): Promise<R> {
    // Where nobody is told of its silence, nobody could end it.
    const explain = this.onSilence ? undefined : endWhenSilent(trainer)
    if (onProgress) trainer.onProgress(onProgress)
    try {
      return await work(trainer)
    } catch (error) {
      throw explain ? explain(error) : error
    } finally {
      // Nothing of it has to be saved, and TensorFlow's own end takes its time.
      trainer.kill()
      await trainer.exited
    }
  }
}

import { DatasetError } from '../../shared/errors.ts'
import { doesNotAnswer } from '../datasets/datasets.ts'
import { silentPlaces } from '../machine/silent-places.ts'
import type { TrainerProcess } from './trainer/trainer-process.ts'

/** Milliseconds between looks. */
const PACE = 5000

/** What is asked about a dataset whose disk no longer answers. */
export class DiskSilentError extends DatasetError {
  override get name(): string {
    return 'DatasetError'
  }
}

/**
 * Ends a trainer that has nothing to lose once the disk of what it reads no longer answers: it would wait for ever, and
 * whatever else it is asked with it.
 * @param places the folders that it may be reading now
 * @returns tells that of such a failure, and leaves others as they are
 */
export function endWhenDiskSilent(
  trainer: TrainerProcess,
  places: () => readonly string[],
): (failure: unknown) => unknown {
  let silent: string | undefined
  let isLooking = false
  const look = async () => {
    if (isLooking) return
    isLooking = true
    const [found] = await silentPlaces(places()).finally(() => (isLooking = false))
    if (found === undefined) return
    silent = found
    trainer.kill()
  }
  const timer = setInterval(() => void look(), PACE).unref()
  void trainer.exited.then(() => clearInterval(timer))
  return (failure) => (silent === undefined ? failure : new DiskSilentError(doesNotAnswer(silent), { cause: failure }))
}

import { TrainerLostError } from '../../shared/errors.ts'
import type { TrainerProcess } from './trainer/trainer-process.ts'

/**
 * Ends a trainer that has nothing to lose once it does not answer, so that what it is asked fails.
 * @returns tells that of such a failure, and leaves others as they are
 */
export function endWhenSilent(trainer: TrainerProcess): (failure: unknown) => unknown {
  let wasSilent = false
  trainer.onSilence((since) => {
    if (since === undefined) return
    wasSilent = true
    trainer.kill()
  })
  return (failure) =>
    wasSilent
      ? new TrainerLostError(
          'The trainer did not answer for too long and was ended; ask again, when the machine is less busy.',
          { cause: failure },
        )
      : failure
}

import { runFiles } from '../../shared/run-folder/files.ts'
import { join } from 'node:path'
import { RunError } from '../../shared/errors.ts'
import { isGone } from './heartbeat.ts'
import { takeLock } from '../../storage/lock-file.ts'

/**
 * Keeps a second trainer out of a run's folder from before TensorFlow is loaded until the end. Returns what
 * gives the run free. Throws `RunError` when it is held.
 */
export function lockRun(folder: string, id: string): () => void {
  const attempt = takeLock(join(folder, runFiles.lock), (holder) => isGone(folder, holder, holder.at))
  if ('release' in attempt) return attempt.release
  const { holder } = attempt
  const by = holder
    ? `process ${holder.pid} on ${holder.host}; wait for it to end, or stop it.`
    : 'another process; wait for it to end.'
  throw new RunError(`The run ${id} is in use by ${by}`)
}

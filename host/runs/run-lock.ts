import { runFiles } from '../../shared/run-folder/files.ts'
import { join } from 'node:path'
import { RunError } from '../../shared/errors.ts'
import { trainedUntil } from './heartbeat.ts'
import { lockHolder, takeLock, type LockHolder } from '../../storage/lock-file.ts'
import { holderName, timeOfDay } from '../../storage/holder.ts'
import type { ProcessName } from '../../storage/process-facts.ts'

/**
 * Keeps a second trainer out of a run's folder from before TensorFlow is loaded until the end. Returns what
 * gives the run free. Throws `RunError` when it is held.
 */
export function lockRun(folder: string, id: string): () => void {
  const attempt = takeLock(lockFile(folder), isGone(folder))
  if ('release' in attempt) return attempt.release
  throw inUse(folder, id, attempt.holder)
}

/** Throws what {@link lockRun} would throw, and takes nothing. */
export function checkFree(folder: string, id: string): void {
  const holder = lockHolder(lockFile(folder), isGone(folder))
  if (holder) throw inUse(folder, id, holder)
}

/** @param until when the holder counts as gone, unless it gives another sign; Unix seconds */
export function inUseBy(id: string, holder: ProcessName, until: number | undefined): RunError {
  const later =
    until === undefined || until === Infinity
      ? ''
      : `; if nothing more is heard of it, the run can be resumed from ${timeOfDay(until)} on`
  return new RunError(`The run ${id} is in use by ${holderName(holder)}; wait for it to end, or stop it${later}.`)
}

const inUse = (folder: string, id: string, holder: LockHolder | undefined): RunError =>
  holder
    ? inUseBy(id, holder, trainedUntil(folder, holder, holder.at))
    : new RunError(`The run ${id} is in use by another process; wait for it to end.`)

const lockFile = (folder: string) => join(folder, runFiles.lock)
const isGone = (folder: string) => (holder: LockHolder) => trainedUntil(folder, holder, holder.at) === undefined

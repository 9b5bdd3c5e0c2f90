import { runFiles } from '../../shared/run-folder/files.ts'
import { statSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { HEARTBEAT_LOST } from '../../shared/run-folder/heartbeat.ts'
import type { ProcessName } from '../../storage/process-facts.ts'
import { isProcessAlive } from '../../storage/process-alive.ts'

/**
 * Whether a process that was at work on a run at a time, in Unix seconds, is gone. Of one on another machine all that
 * is known is when the run's trainer has last given a sign.
 */
export function isGone(folder: string, { pid, host, birth }: ProcessName, at: number): boolean {
  if (host === hostname()) return !isProcessAlive(pid, at, birth)
  return Date.now() / 1000 - Math.max(at, lastBeat(folder)) > HEARTBEAT_LOST
}

/** Unix seconds. */
const lastBeat = (folder: string) =>
  (statSync(join(folder, runFiles.heartbeat), { throwIfNoEntry: false })?.mtimeMs ?? 0) / 1000

import { runFiles } from '../../shared/run-folder/files.ts'
import { join } from 'node:path'
import { heldUntil, type Holder } from '../../storage/holder.ts'
import { timeOf } from '../../storage/lock-file.ts'

/** Until when a process that was at work on a run at a time counts, as {@link heldUntil}: the heartbeat is its sign. */
export const trainedUntil = (folder: string, holder: Holder, at: number): number | undefined =>
  heldUntil(holder, folder, at, [timeOf(join(folder, runFiles.heartbeat))])

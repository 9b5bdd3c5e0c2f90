import { join } from 'node:path'
import { isRunEvent, type RunEvent } from '../../shared/run-folder/events.ts'
import { runFiles } from '../../shared/run-folder/files.ts'
import { parseJsonLines } from '../../shared/run-folder/json-lines.ts'
import { readText } from '../../storage/files.ts'

/** What has happened to a run, in order; nothing where that cannot be read. */
export function readEvents(folder: string): RunEvent[] {
  try {
    return parseJsonLines(readText(join(folder, runFiles.events)) ?? '', isRunEvent)
  } catch {
    return []
  }
}

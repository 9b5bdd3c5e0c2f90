import { join } from 'node:path'
import { isRunEvent, type RunEvent } from '../../shared/run-folder/events.ts'
import { runFiles } from '../../shared/run-folder/files.ts'
import { readText } from '../../storage/files.ts'
import { parseJsonLines, type JsonLines } from '../../storage/json-lines.ts'

/** What has happened to a run, in order; nothing where that cannot be read. */
export function readEvents(folder: string): JsonLines<RunEvent> {
  try {
    return parseJsonLines(readText(join(folder, runFiles.events)) ?? '', isRunEvent)
  } catch {
    return { records: [], leftOut: 0, isCutShort: false }
  }
}

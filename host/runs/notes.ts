import { runFiles } from '../../shared/run-folder/files.ts'
import { join } from 'node:path'
import { type RunNotes, runNotes } from '../../shared/run-folder/notes.ts'
import { SharedJson } from '../../storage/shared-json.ts'

const fileOf = (folder: string) =>
  new SharedJson<RunNotes>({
    path: join(folder, runFiles.notes),
    schema: runNotes,
    none: {},
    afterwards: 'write the notes again',
  })

/** What a person wrote about a run; nothing where the file is damaged. */
export function readNotes(folder: string): RunNotes {
  try {
    return fileOf(folder).read()
  } catch {
    return {}
  }
}

/** Changes the parts that are given. Throws `StorageError` where that would lose what a damaged file holds. */
export const annotate = (folder: string, change: RunNotes): Promise<void> =>
  fileOf(folder).change((notes) => ({ ...notes, ...change }))

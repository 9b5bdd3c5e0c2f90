import { runFiles } from '../../shared/run-folder/files.ts'
import { join } from 'node:path'
import { type RunNotes, runNotes } from '../../shared/run-folder/notes.ts'
import { readJson, writeJson } from '../../storage/files.ts'

const fileOf = (folder: string) => join(folder, runFiles.notes)

/** What a person wrote about a run; nothing where the file is damaged. */
export function readNotes(folder: string): RunNotes {
  try {
    return runNotes.safeParse(readJson(fileOf(folder))).data ?? {}
  } catch {
    return {}
  }
}

/** Changes the parts that are given. */
export function annotate(folder: string, change: RunNotes): void {
  writeJson(fileOf(folder), { ...readNotes(folder), ...change })
}

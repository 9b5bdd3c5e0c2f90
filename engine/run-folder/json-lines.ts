import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { writeFileWhole } from '../../storage/write-file.ts'

/** Appends one record as a line. */
export function appendLine(file: string, record: object): void {
  appendFileSync(file, JSON.stringify(record) + '\n')
}

/** The records of a file, in order; a last line that a crash cut short is left out. */
export function readLines<T>(file: string): T[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => parsed<T>(line))
}

function parsed<T>(line: string): T[] {
  try {
    return [JSON.parse(line) as T]
  } catch {
    return []
  }
}

/** Keeps the records that pass, in a new file that takes the old one's place. */
export function filterLines<T extends object>(file: string, keep: (record: T) => boolean): void {
  if (!existsSync(file)) return
  const kept = readLines<T>(file).filter(keep)
  writeFileWhole(file, kept.map((record) => JSON.stringify(record) + '\n').join(''))
}

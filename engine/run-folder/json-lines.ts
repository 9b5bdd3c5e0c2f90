import { appendFileSync } from 'node:fs'
import { jsonLine, parseJsonLines } from '../../shared/run-folder/json-lines.ts'
import { readText } from '../../storage/files.ts'
import { writeFileWhole } from '../../storage/write-file.ts'

/** Appends one record as a line. */
export function appendLine(file: string, record: object): void {
  appendFileSync(file, jsonLine(record))
}

/** The records of a file; none where there is no file. */
export const readLines = <T>(file: string, isRecord: (value: unknown) => value is T): T[] =>
  parseJsonLines(readText(file) ?? '', isRecord)

/** Keeps the objects that pass, in a new file that takes the old one's place. */
export function filterLines(file: string, keep: (value: object) => boolean): void {
  const text = readText(file)
  if (text === undefined) return
  const kept = parseJsonLines(text, isObject).filter(keep)
  writeFileWhole(file, kept.map(jsonLine).join(''))
}

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

import { appendFileSync } from 'node:fs'
import { readText } from '../../storage/files.ts'
import { jsonLine, parseJsonLines } from '../../storage/json-lines.ts'
import { writeFileWhole } from '../../storage/write-file.ts'

/** Appends one record as a line. */
export function appendLine(file: string, record: object): void {
  appendFileSync(file, jsonLine(record))
}

/** The records of a file; none where there is no file. */
export const readLines = <T>(file: string, isRecord: (value: unknown) => value is T): T[] =>
  parseJsonLines(readText(file) ?? '', isRecord).records

/**
 * Keeps the objects that pass, in a new file that takes the old one's place.
 * @returns how many lines could not be read, but for a last one that a crash cut short
 */
export function filterLines(file: string, keep: (value: object) => boolean): number {
  const text = readText(file)
  if (text === undefined) return 0
  const { records, leftOut } = parseJsonLines(text, isObject)
  writeFileWhole(file, records.filter(keep).map(jsonLine).join(''))
  return leftOut
}

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

import { readFileSync } from 'node:fs'

/** The records of a file of JSON lines; a line that was cut short, or that a record is not, is left out. */
export function readLines<T extends object>(file: string): T[] {
  return textOf(file)
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => parsed<T>(line))
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function parsed<T extends object>(line: string): T[] {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? [value as T] : []
  } catch {
    return []
  }
}

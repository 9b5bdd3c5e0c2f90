import { CsvError } from 'csv-parse'
import { parse } from 'csv-parse/sync'

/** Lines may end in any of these, and not all in the same. */
const options = { relax_column_count: true, skip_empty_lines: true, record_delimiter: ['\r\n', '\n', '\r'] }
const delimiters = [',', '\t', ';', '|'] as const

/** The lines of a table as fields, split at what its first line is split at: `,`, a tab, `;` or `|`. */
export interface Table {
  readonly rows: readonly (readonly string[])[]
  /** The line of the file in which a row ends, from 1. */
  lineOf(row: number): number
}

/** Reads CSV (RFC 4180) and its like; empty lines are left out. Throws an `Error` in a few words, with the line, for a quote that is out of place. */
export function parseDelimited(text: string, delimiter = delimiterOf(text)): Table {
  try {
    return {
      rows: parse(text, { ...options, delimiter }),
      lineOf(row) {
        const [last] = parse(text, { ...options, delimiter, info: true, from: row + 1, to: row + 1 })
        return (last as unknown as { info: { lines: number } } | undefined)?.info.lines ?? row + 1
      },
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new Error(`a quote stands where none may, or is not closed, in line ${String(error['lines'])}`, {
      cause: error,
    })
  }
}

/** What stands most often in the first line, outside of quotes. */
function delimiterOf(text: string): string {
  const first = (/^\s*([^\r\n]*)/.exec(text)?.[1] ?? '').replaceAll(/"[^"]*"/g, '')
  const count = (delimiter: string) => first.split(delimiter).length
  return delimiters.toSorted((a, b) => count(b) - count(a))[0]!
}

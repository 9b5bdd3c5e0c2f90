/** A line of a file of JSON lines. */
export const jsonLine = (record: object): string => `${JSON.stringify(record)}\n`

/**
 * The records of a file of JSON lines, in order. A last line that a crash cut short is left out, and so is a line that
 * is no record.
 */
export function parseJsonLines<T>(text: string, isRecord: (value: unknown) => value is T): T[] {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).trimEnd()
  return lines === '' ? [] : values(lines).filter(isRecord)
}

function values(lines: string): unknown[] {
  try {
    // One document is parsed several times as fast as thousands.
    return JSON.parse(`[${lines.replaceAll('\n', ',')}]`) as unknown[]
  } catch {
    return lines.split('\n').flatMap(parsed)
  }
}

function parsed(line: string): unknown[] {
  try {
    return [JSON.parse(line)]
  } catch {
    return []
  }
}

import { crc32 } from 'node:zlib'

const SEAL = ',"crc":"'
/** The seal, eight digits, and the end of the record. */
const SEALED = SEAL.length + 10

const digits = (json: string) => crc32(json).toString(16).padStart(8, '0')

/** A line of a file of JSON lines: a record, and last in it as `crc` the CRC-32 of the record as it is without. */
export function jsonLine(record: object): string {
  const json = JSON.stringify(record)
  return json === '{}' ? '{}\n' : `${json.slice(0, -1)}${SEAL}${digits(json)}"}\n`
}

export interface JsonLines<T> {
  /** In order, without their `crc`. */
  readonly records: T[]
  /** Lines that are damaged or no records, without a last one that has no end. */
  readonly leftOut: number
  /** Whether there is one: it is still being written, or a crash cut it short. */
  readonly isCutShort: boolean
}

/** The records of a file of JSON lines; those without a `crc`, of the first versions, as they are. Empty lines count for nothing. */
export function parseJsonLines<T>(text: string, isRecord: (value: unknown) => value is T): JsonLines<T> {
  const end = text.lastIndexOf('\n') + 1
  const lines = text
    .slice(0, end)
    .split('\n')
    .filter((line) => line.trim() !== '')
  const records = values(lines.flatMap(unsealed)).filter(isRecord)
  return { records, leftOut: lines.length - records.length, isCutShort: text.slice(end).trim() !== '' }
}

/** The record of a line as JSON; nothing where its checksum says that it is damaged. */
function unsealed(line: string): string[] {
  const at = line.length - SEALED
  if (!line.startsWith(SEAL, at) || !line.endsWith('"}')) return [line]
  const json = `${line.slice(0, at)}}`
  return digits(json) === line.slice(at + SEAL.length, -2) ? [json] : []
}

function values(lines: readonly string[]): unknown[] {
  try {
    // One document is parsed several times as fast as thousands.
    const all = JSON.parse(`[${lines.join(',')}]`) as unknown[]
    if (all.length === lines.length) return all
  } catch {
    // One by one.
  }
  return lines.flatMap(parsed)
}

function parsed(line: string): unknown[] {
  try {
    return [JSON.parse(line)]
  } catch {
    return []
  }
}

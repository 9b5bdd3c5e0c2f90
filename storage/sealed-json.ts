import { createHash } from 'node:crypto'
import { readJson, writeJson } from './files.ts'

/** SHA-256 of a value as JSON, in hexadecimal: of white space in its file nothing depends. */
export const valueSha256 = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(value) ?? '')
    .digest('hex')

/** Whether a value has one of some checksums; yes where there is none. */
export function fitsOneOf(value: unknown, checksums: readonly (string | undefined)[]): boolean {
  const known = checksums.filter((checksum) => checksum !== undefined)
  return known.length === 0 || known.includes(valueSha256(value))
}

/** Writes a JSON document whole, with a checksum over the rest of it. */
export function writeSealed(path: string, document: object): void {
  const { checksum: _earlier, ...rest } = document as { checksum?: unknown }
  writeJson(path, { ...rest, checksum: valueSha256(rest) })
}

/** What a document says is not what its checksum was made of. */
export class ChecksumMismatch extends Error {
  constructor() {
    super('its content does not fit its checksum')
  }
}

/**
 * The content of a JSON file, or nothing where there is no such file. One without a checksum, as the first versions
 * wrote, is taken as it is. Throws `ChecksumMismatch`; a `SyntaxError` is the caller's to explain.
 */
export function readSealed(path: string): unknown {
  const document = readJson(path)
  if (typeof document !== 'object' || document === null || !('checksum' in document)) return document
  const { checksum, ...rest } = document
  if (valueSha256(rest) !== checksum) throw new ChecksumMismatch()
  return rest
}

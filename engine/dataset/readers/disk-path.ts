import { isUtf8 } from 'node:buffer'
import { readdirSync } from 'node:fs'

/** A path or name as the disk has it: a string, or its bytes where they are no UTF-8. */
export type DiskPath = string | Buffer

/** What stands in a folder, in code unit order. Throws the system's error. */
export function namesIn(folder: DiskPath): DiskPath[] {
  const names = readdirSync(folder)
  // A name that is no UTF-8 has lost bytes here. It is rare, and asking for bytes at once takes longer.
  if (!names.some((name) => name.includes('\uFFFD'))) return names.sort()
  const exact = readdirSync(folder, { encoding: 'buffer' }).map((name) => (isUtf8(name) ? name.toString() : name))
  return exact.sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1))
}

/** @returns the folder and the name with `/` between, the name alone where the folder is '' */
export function joined(folder: DiskPath, name: DiskPath): DiskPath {
  if (folder.length === 0) return name
  if (typeof folder === 'string' && typeof name === 'string') return `${folder}/${name}`
  return Buffer.concat([Buffer.from(folder), Buffer.from('/'), Buffer.from(name)])
}

/** A path as people are shown it: bytes that are no UTF-8 are written as `\xE9`. */
export function textOf(path: string | Uint8Array): string {
  if (typeof path === 'string') return path
  const bytes = Buffer.from(path.buffer, path.byteOffset, path.byteLength)
  if (isUtf8(bytes)) return bytes.toString()
  let text = ''
  for (let at = 0; at < bytes.length;) {
    const length = [1, 2, 3, 4].find((count) => at + count <= bytes.length && isUtf8(bytes.subarray(at, at + count)))
    text +=
      length === undefined
        ? `\\x${bytes[at]!.toString(16).toUpperCase().padStart(2, '0')}`
        : bytes.subarray(at, at + length).toString()
    at += length ?? 1
  }
  return text
}

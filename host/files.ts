import { mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { sync as writeFileAtomicSync } from 'write-file-atomic'
import { asStorageError } from '../shared/storage.ts'

/** Does work on a file or folder; a system error that a person can mend comes out as one `StorageError`. */
export function storing<R>(path: string, work: () => R): R {
  try {
    return work()
  } catch (error) {
    throw asStorageError(error, path)
  }
}

/** Makes a folder and those above it, where they do not exist. */
export function makeFolder(path: string): string {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    // With a file in its place mkdir says EEXIST, which is as little of a folder as ENOTDIR.
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST'
    throw asStorageError(exists ? Object.assign(new Error(String(error)), { code: 'ENOTDIR' }) : error, path)
  }
  return path
}

/** The content of a JSON file, or nothing where there is no such file. A `SyntaxError` is the caller's to explain. */
export function readJson(path: string): unknown {
  const text = storing(path, () => readIfPresent(path))
  return text === undefined ? undefined : JSON.parse(text)
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Writes a JSON file aside, syncs it and renames it. */
export function writeJson(path: string, value: unknown): void {
  makeFolder(dirname(path))
  storing(path, () => writeFileAtomicSync(path, JSON.stringify(value, null, 2) + '\n'))
}

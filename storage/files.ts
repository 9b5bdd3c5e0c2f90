import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { StorageError } from '../shared/errors.ts'
import { readRegular } from './regular-file.ts'
import { asStorageError } from './system-error.ts'
import { writeFileWhole } from './write-file.ts'

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
    throw asStorageError(realReason(error as NodeJS.ErrnoException, path), path)
  }
  return path
}

/** What kept a folder from being made, where Node says something else. */
function realReason(error: NodeJS.ErrnoException, path: string): unknown {
  // With a file in its place mkdir says EEXIST, which is as little of a folder as ENOTDIR.
  if (error.code === 'EEXIST') return Object.assign(new Error(error.message), { code: 'ENOTDIR' })
  // Making several at once on a read-only file system says ENOENT; making the first of them says why.
  if (error.code !== 'ENOENT') return error
  try {
    mkdirSync(firstMissing(path))
    return error
  } catch (reason) {
    return reason
  }
}

function firstMissing(path: string): string {
  const parent = dirname(path)
  return parent === path || existsSync(parent) ? path : firstMissing(parent)
}

/** The content of a JSON file, or nothing where there is no such file. A `SyntaxError` is the caller's to explain. */
export function readJson(path: string): unknown {
  const text = readText(path)
  return text === undefined ? undefined : JSON.parse(text)
}

/** Bytes: longer texts cannot be held. */
const MOST_TEXT = 500e6

/** The content of a text file, or nothing where there is no such file. Throws `StorageError`. */
export const readText = (path: string): string | undefined => storing(path, () => readIfPresent(path))

function readIfPresent(path: string): string | undefined {
  try {
    const refuse = (what: string) => new StorageError(`${path} cannot be used: it ${what}.`)
    return readRegular(path, MOST_TEXT, refuse).toString('utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Writes a JSON file whole, and the folder it lies in where there is none. */
export function writeJson(path: string, value: unknown): void {
  writeWhole(path, JSON.stringify(value, null, 2) + '\n')
}

/** Writes a file whole, and the folder it lies in where there is none. Throws `StorageError`. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  makeFolder(dirname(path))
  storing(path, () => writeFileWhole(path, content))
}

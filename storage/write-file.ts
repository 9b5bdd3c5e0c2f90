import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

let count = 0

/**
 * Writes a file aside, syncs it and renames it, so that its name always stands for a whole content: the old
 * one or the new one. What fails leaves the old one and nothing else. The folder must exist.
 * @param content parts are written one after the other
 * @param mode who may read and write it, as far as the process's mask lets them
 */
export function writeFileWhole(path: string, content: string | Uint8Array | readonly Uint8Array[], mode = 0o666): void {
  const aside = `${path}.${process.pid}-${(count += 1)}.unfinished`
  try {
    const descriptor = openSync(aside, 'wx', mode)
    try {
      // With a descriptor it writes until all is written; a single write may fall short on a full disk.
      for (const part of Array.isArray(content) ? (content as readonly Uint8Array[]) : [content as string | Uint8Array])
        writeFileSync(descriptor, part)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(aside, path)
  } catch (error) {
    rmSync(aside, { force: true })
    throw error
  }
  sync(dirname(path))
}

/** Makes sure that what was written to a file, or to the list of a folder, is on the disk. */
export function sync(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

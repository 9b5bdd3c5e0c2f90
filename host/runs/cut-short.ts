import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const NEWLINE = 10

/** Whether a file of lines ends within one. Not so where there is no file, or an empty one. */
export function isCutShort(file: string): boolean {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch {
    return false
  }
  try {
    const last = Buffer.alloc(1)
    const { size } = fstatSync(descriptor)
    return size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE
  } finally {
    closeSync(descriptor)
  }
}
